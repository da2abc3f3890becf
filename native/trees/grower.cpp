#include "trees/grower.hpp"

#include <algorithm>
#include <cmath>

namespace foretell::trees {

namespace {

// Features that part rows alike give one score up to rounding, which must not choose between them.
constexpr double more = 1.0 + 1e-12;

// Between the neighbours a < b: left keeps a, right keeps b.
float between(float a, float b) {
  const auto middle = static_cast<float>((static_cast<double>(a) + static_cast<double>(b)) / 2.0);
  return middle < b ? middle : a;
}

std::int32_t append_node(Trees& trees) {
  trees.feature.push_back(-1);
  trees.left.push_back(0);
  trees.split.push_back(0.0F);
  return static_cast<std::int32_t>(trees.feature.size() - 1);
}

}  // namespace

Grower::Grower(const Table& table)
    : table_(table), weighted_(table.rows), sorted_(table.rows), moved_(table.rows), stamp_(table.rows, 0) {}

void Grower::begin(std::span<const double> target, std::span<const std::uint32_t> weights) {
  target_ = target;
  weights_ = weights;
  rows_.clear();
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    rows_.push_back(i);
    weighted_[i] = weights[i] * target[i];
    count += weights[i];
  }
  for (std::size_t n = inverse_.size(); n <= count; ++n) inverse_.push_back(n == 0 ? 0.0 : 1.0 / static_cast<double>(n));
  features_ = table_.varying;
}

void Grower::grow(std::span<const double> target, std::span<const std::uint32_t> weights, const Growth& growth, Stream& stream, Trees& out) {
  begin(target, weights);
  out.roots.push_back(append_node(out));
  open_.assign(1, Node{0, rows_.size(), 0, out.roots.back()});
  while (!open_.empty()) {
    const Node node = open_.back();
    open_.pop_back();
    finish(node, growth, stream, out);
  }
}

void Grower::finish(const Node& node, const Growth& growth, Stream& stream, Trees& out) {
  const auto at = static_cast<std::size_t>(node.at);
  Split split{-std::numeric_limits<double>::infinity(), 0, 0.0F};
  if (node.depth < growth.depth && !is_pure(node) && best_split(node, growth, stream, split)) {
    const std::size_t middle = part(node, split);
    const std::int32_t left = append_node(out);
    append_node(out);
    out.feature[at] = static_cast<std::int32_t>(split.feature);
    out.left[at] = left;
    out.split[at] = split.threshold;
    open_.push_back({middle, node.end, node.depth + 1, left + 1});
    open_.push_back({node.begin, middle, node.depth + 1, left});
    return;
  }
  double sum = 0.0, count = 0.0;
  for (std::size_t k = node.begin; k < node.end; ++k) {
    sum += weighted_[rows_[k]];
    count += weights_[rows_[k]];
  }
  out.split[at] = static_cast<float>(sum / count);
}

bool Grower::is_pure(const Node& node) const {
  const double first = target_[rows_[node.begin]];
  for (std::size_t k = node.begin + 1; k < node.end; ++k) {
    if (target_[rows_[k]] != first) return false;
  }
  return true;
}

bool Grower::best_split(const Node& node, const Growth& growth, Stream& stream, Split& best) {
  double sum = 0.0;
  std::uint32_t count = 0;
  for (std::size_t k = node.begin; k < node.end; ++k) {
    sum += weighted_[rows_[k]];
    count += weights_[rows_[k]];
    stamp_[rows_[k]] = node_ + 1;
  }
  ++node_;
  const bool draws = growth.tried < table_.columns;
  // Two rows are parted alike by every feature that varies.
  const std::size_t wanted = node.end - node.begin == 2 ? 1 : growth.tried;
  std::size_t found = 0;
  for (std::size_t k = 0; k < features_.size() && found < wanted; ++k) {
    if (draws) std::swap(features_[k], features_[k + stream.below(static_cast<std::uint32_t>(features_.size() - k))]);
    if (offer(node, features_[k], sum, count, best)) ++found;
  }
  return found > 0;
}

// Offers every threshold of a feature; false where it does not vary in the node.
bool Grower::offer(const Node& node, std::uint32_t feature, double sum, std::uint32_t count, Split& best) {
  const float* x = table_.column(feature);
  const std::size_t m = node.end - node.begin;
  sort_node(node, feature);
  if (!(x[sorted_[0]] < x[sorted_[m - 1]])) return false;
  double left = 0.0;
  std::uint32_t left_count = 0;
  for (std::size_t k = 0; k + 1 < m; ++k) {
    const std::uint32_t row = sorted_[k];
    left += weighted_[row];
    left_count += weights_[row];
    const float here = x[row], next = x[sorted_[k + 1]];
    if (!(here < next)) continue;
    const double right = sum - left;
    const double score = left * left * inverse_[left_count] + right * right * inverse_[count - left_count];
    if (score > best.score * more) best = {score, feature, between(here, next)};
  }
  return true;
}

// Large nodes filter the column's order, small ones are sorted by insertion: m^2 / 4 moves against a walk over all rows. Both give the same order.
void Grower::sort_node(const Node& node, std::uint32_t feature) {
  const std::size_t m = node.end - node.begin;
  if (m * m > 4 * table_.rows) {
    const std::uint32_t* order = table_.ascending(feature);
    std::size_t kept = 0;
    for (std::size_t i = 0; kept < m; ++i) {
      sorted_[kept] = order[i];
      kept += stamp_[order[i]] == node_ ? 1 : 0;
    }
    return;
  }
  const float* x = table_.column(feature);
  for (std::size_t k = 0; k < m; ++k) {
    const std::uint32_t row = rows_[node.begin + k];
    const float value = x[row];
    std::size_t at = k;
    for (; at > 0 && value < x[sorted_[at - 1]]; --at) sorted_[at] = sorted_[at - 1];
    sorted_[at] = row;
  }
}

std::size_t Grower::part(const Node& node, const Split& split) {
  const float* x = table_.column(split.feature);
  std::size_t middle = node.begin, right = 0;
  for (std::size_t k = node.begin; k < node.end; ++k) {
    const std::uint32_t row = rows_[k];
    if (x[row] <= split.threshold) rows_[middle++] = row;
    else moved_[right++] = row;
  }
  std::copy_n(moved_.data(), right, rows_.data() + middle);
  return middle;
}

}  // namespace foretell::trees
