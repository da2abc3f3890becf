#include "trees/ensemble.hpp"

#include <algorithm>
#include <cmath>

namespace foretell::trees {

namespace {

double mean_of(std::span<const double> target, std::span<const std::uint32_t> rows) {
  double sum = 0.0;
  for (const std::uint32_t row : rows) sum += target[row];
  return rows.empty() ? 0.0 : sum / static_cast<double>(rows.size());
}

float newest_leaf(const TreesView& trees, const Table& table, std::size_t row) {
  return leaf_of(trees, trees.roots.back(), [&](std::size_t j) { return table.column(j)[row]; });
}

}  // namespace

Forest::Forest(const Table& table, std::span<const double> target, std::span<const std::uint32_t> training, const ForestSettings& settings)
    : table_(table),
      target_(target),
      training_(training),
      settings_(settings),
      grower_(table),
      weights_(table.rows),
      sums_(table.rows, 0.0),
      out_of_bag_(table.rows, 0.0),
      out_of_bag_count_(table.rows, 0) {}

void Forest::grow(Trees& out) {
  Stream stream(settings_.seed, count_++);
  const auto n = static_cast<std::uint32_t>(training_.size());
  std::fill(weights_.begin(), weights_.end(), 0U);
  for (std::uint32_t k = 0; k < n; ++k) ++weights_[training_[stream.below(n)]];
  grower_.grow(target_, weights_, {settings_.tried}, stream, out);
  const TreesView view = out.view();
  for (std::size_t row = 0; row < table_.rows; ++row) {
    const auto leaf = static_cast<double>(newest_leaf(view, table_, row));
    sums_[row] += leaf;
    if (weights_[row] > 0) continue;
    out_of_bag_[row] += leaf;
    ++out_of_bag_count_[row];
  }
}

double Forest::out_of_bag_error(std::size_t row) const {
  if (out_of_bag_count_[row] > 0) return target_[row] - out_of_bag_[row] / static_cast<double>(out_of_bag_count_[row]);
  const auto n = static_cast<double>(training_.size());
  return n > 1.0 ? (target_[row] - mean_of(target_, training_)) * n / (n - 1.0) : target_[row];
}

Boost::Boost(const Table& table, std::span<const double> target, std::span<const std::uint32_t> training, const BoostSettings& settings)
    : table_(table),
      target_(target),
      settings_(settings),
      grower_(table),
      training_(training.begin(), training.end()),
      weights_(table.rows),
      residuals_(table.rows),
      bias_(mean_of(target, training)) {
  values_.assign(table.rows, bias_);
}

void Boost::grow(Trees& out) {
  Stream stream(settings_.seed, count_++);
  const auto n = static_cast<std::uint32_t>(training_.size());
  const auto sample = static_cast<std::uint32_t>(std::clamp<long>(std::lround(settings_.subsample * n), 1, n));
  std::fill(weights_.begin(), weights_.end(), 0U);
  for (std::uint32_t k = 0; k < sample; ++k) {
    if (sample < n) std::swap(training_[k], training_[k + stream.below(n - k)]);
    weights_[training_[k]] = 1;
  }
  for (std::size_t row = 0; row < table_.rows; ++row) residuals_[row] = target_[row] - values_[row];
  grower_.grow(residuals_, weights_, {table_.columns, settings_.depth}, stream, out);
  const TreesView view = out.view();
  for (std::size_t row = 0; row < table_.rows; ++row) values_[row] += settings_.shrinkage * static_cast<double>(newest_leaf(view, table_, row));
}

}  // namespace foretell::trees
