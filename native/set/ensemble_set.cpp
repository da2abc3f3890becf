#include "set/ensemble_set.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>

#include "set/draw_groups.hpp"
#include "set/fold_squares.hpp"
#include "trees/ensemble.hpp"

namespace foretell::set {

namespace {

using Groups = std::vector<std::vector<std::size_t>>;
using RowList = std::vector<std::uint32_t>;

// Stream of the left-out folds: no tree has this number.
constexpr std::uint64_t folds_stream = std::numeric_limits<std::uint64_t>::max();

bool is_search(const Request& r) { return !r.folds.empty(); }

Groups groups_of(const Request& request) {
  if (!is_search(request)) return {};
  return draw_groups(request.draws, [](const Draw& a, const Draw& b) {
    return a.seed == b.seed && a.fraction == b.fraction && a.depth == b.depth && a.shrinkage == b.shrinkage && a.subsample == b.subsample;
  });
}

trees::ForestSettings forest_settings(const Draw& draw, std::size_t columns) {
  const auto tried = static_cast<std::size_t>(draw.fraction * static_cast<double>(columns));
  return {std::clamp<std::size_t>(tried, 1, columns), draw.seed};
}

trees::BoostSettings boost_settings(const Draw& draw) { return {draw.shrinkage, draw.depth, draw.subsample, draw.seed}; }

std::unique_ptr<trees::Ensemble> ensemble_of(Kind kind, const trees::Table& table, std::span<const double> y, const RowList& training, const Draw& draw) {
  if (kind == Kind::forest) return std::make_unique<trees::Forest>(table, y, training, forest_settings(draw, table.columns));
  return std::make_unique<trees::Boost>(table, y, training, boost_settings(draw));
}

std::size_t left_out_folds(const Request& r) { return r.kind == Kind::boost ? std::min(refit_folds, r.target.size()) : 0; }

double squared_errors(const trees::Ensemble& ensemble, std::span<const double> y, const RowList& rows) {
  double sum = 0.0;
  for (const std::uint32_t row : rows) sum += (y[row] - ensemble.value(row)) * (y[row] - ensemble.value(row));
  return sum;
}

// Fold of each row, as even as can be, by a shuffle of the seed's own.
RowList shuffled_folds(std::size_t rows, std::size_t folds, std::uint64_t seed) {
  RowList out(rows);
  for (std::size_t i = 0; i < rows; ++i) out[i] = static_cast<std::uint32_t>(i % folds);
  trees::Stream stream(seed, folds_stream);
  for (std::size_t i = rows; i > 1; --i) std::swap(out[i - 1], out[stream.below(static_cast<std::uint32_t>(i))]);
  return out;
}

struct Parts {
  RowList training, held_out;
};

template <class IsHeldOut>
Parts parts_of(std::size_t rows, IsHeldOut is_held_out) {
  Parts out;
  for (std::uint32_t i = 0; i < rows; ++i) (is_held_out(i) ? out.held_out : out.training).push_back(i);
  return out;
}

class Ensembles {
 public:
  Ensembles(const Request& request, const Target& target, std::span<Fit> fits, Progress& progress)
      : request_(request), target_(target), fits_(fits), progress_(progress), groups_(groups_of(request)), tables_(fits.size()) {
    if (is_search(request)) squares_ = fold_squares(request, target.y);
    scores_.assign(fits.size(), std::vector<double>(request.draws.size() * squares_.size()));
  }

  void run() {
    parallel_for(fits_.size(), request_.threads, progress_, [&](std::size_t k, std::size_t) {
      tables_[k] = trees::table_of(request_.taus[k].values, request_.target.size(), request_.taus[k].columns);
    });
    const std::size_t tasks = groups_.size() * squares_.size();
    parallel_for(fits_.size() * tasks, request_.threads, progress_, [&](std::size_t task, std::size_t) {
      validate(task / tasks, groups_[task % tasks / squares_.size()], task % squares_.size());
      progress_.done.fetch_add(1, std::memory_order_relaxed);
    });
    if (progress_.cancelled) return;
    for (std::size_t k = 0; k < fits_.size(); ++k) choose(k);
    const std::size_t pieces = 1 + left_out_folds(request_);
    parallel_for(fits_.size() * pieces, request_.threads, progress_, [&](std::size_t task, std::size_t) {
      if (task % pieces == 0) fit_all(task / pieces);
      else leave_out(task / pieces, task % pieces - 1, pieces - 1);
      progress_.done.fetch_add(1, std::memory_order_relaxed);
    });
  }

 private:
  const Draw& draw_of(std::size_t k) const { return is_search(request_) ? request_.draws[static_cast<std::size_t>(fits_[k].draw)] : request_.draws[k]; }

  // R^2 of one fold for all draws of a group.
  void validate(std::size_t k, std::vector<std::size_t> group, std::size_t fold) {
    const Parts rows = parts_of(target_.y.size(), [&](std::uint32_t i) { return request_.folds[i] == static_cast<std::int32_t>(fold); });
    const auto ensemble = ensemble_of(request_.kind, tables_[k], target_.y, rows.training, request_.draws[group.front()]);
    std::sort(group.begin(), group.end(), [&](std::size_t a, std::size_t b) { return request_.draws[a].trees < request_.draws[b].trees; });
    trees::Trees scratch;
    std::size_t grown = 0;
    for (const std::size_t d : group) {
      for (; grown < request_.draws[d].trees && !progress_.cancelled.load(std::memory_order_relaxed); ++grown) {
        scratch.clear();
        ensemble->grow(scratch);
      }
      scores_[k][d * squares_.size() + fold] = r_squared(squared_errors(*ensemble, target_.y, rows.held_out), squares_[fold]);
    }
  }

  // Ties go to the smaller draw index.
  void choose(std::size_t k) {
    Fit& fit = fits_[k];
    fit.score = std::numeric_limits<double>::quiet_NaN();
    fit.loo_residuals.assign(target_.y.size(), 0.0);
    for (std::size_t d = 0; is_search(request_) && d < request_.draws.size(); ++d) {
      const auto folds = std::span(scores_[k]).subspan(d * squares_.size(), squares_.size());
      const double score = std::accumulate(folds.begin(), folds.end(), 0.0) / static_cast<double>(folds.size());
      if (fit.draw >= 0 && !(score > fit.score)) continue;
      fit.draw = static_cast<std::int32_t>(d);
      fit.score = score;
    }
  }

  void fit_all(std::size_t k) {
    RowList all(target_.y.size());
    std::iota(all.begin(), all.end(), 0U);
    const auto ensemble = ensemble_of(request_.kind, tables_[k], target_.y, all, draw_of(k));
    Model& model = fits_[k].model;
    grow(*ensemble, draw_of(k).trees, model.trees);
    model.form = Form::trees;
    model.scaling = identity_scaling(tables_[k].columns);
    model.target = target_.scaling;
    model.bias = ensemble->bias();
    model.tree_weight = ensemble->weight();
    if (const auto* forest = dynamic_cast<const trees::Forest*>(ensemble.get())) {
      for (std::size_t i = 0; i < all.size(); ++i) fits_[k].loo_residuals[i] = target_.scaling.scale * forest->out_of_bag_error(i);
    }
  }

  void leave_out(std::size_t k, std::size_t fold, std::size_t folds) {
    const RowList fold_of = shuffled_folds(target_.y.size(), folds, draw_of(k).seed);
    const Parts rows = parts_of(target_.y.size(), [&](std::uint32_t i) { return fold_of[i] == fold && target_.y.size() > 1; });
    const auto ensemble = ensemble_of(request_.kind, tables_[k], target_.y, rows.training, draw_of(k));
    trees::Trees scratch;
    grow(*ensemble, draw_of(k).trees, scratch);
    for (const std::uint32_t i : rows.held_out) fits_[k].loo_residuals[i] = target_.scaling.scale * (target_.y[i] - ensemble->value(i));
  }

  void grow(trees::Ensemble& ensemble, std::size_t count, trees::Trees& out) const {
    for (std::size_t tree = 0; tree < count && !progress_.cancelled.load(std::memory_order_relaxed); ++tree) ensemble.grow(out);
  }

  const Request& request_;
  const Target& target_;
  std::span<Fit> fits_;
  Progress& progress_;
  Groups groups_;
  std::vector<trees::Table> tables_;
  std::vector<double> squares_;              // a fold; empty for a refit
  std::vector<std::vector<double>> scores_;  // [tau][draw x folds], each written by one task
};

}  // namespace

std::size_t ensemble_steps(const Request& request) {
  const std::size_t folds = is_search(request) ? static_cast<std::size_t>(*std::max_element(request.folds.begin(), request.folds.end())) + 1 : 0;
  return groups_of(request).size() * folds + 1 + left_out_folds(request);
}

void run_ensembles(const Request& request, const Target& target, std::span<Fit> fits, Progress& progress) { Ensembles(request, target, fits, progress).run(); }

}  // namespace foretell::set
