// Mean R^2 of one draw over the folds of one tau. Not here: which draws, which order, which thread (set/search.hpp).
#pragma once

#include <span>

#include "set/prepared.hpp"

namespace foretell::set {

// The alphas of one draw and fold at the tau before; empty = none.
struct Solution {
  simd::Doubles alpha, alpha_star;
};

class CrossValidation {
 public:
  CrossValidation(const Request&, const Target&, const std::atomic<bool>& cancelled);

  std::size_t folds() const { return squares_.size(); }

  // Mean R^2, or -infinity as soon as it cannot reach `bar`. `chain` holds a solution a fold, read as the start and replaced.
  // R^2 of a fold is 1 - errors / squares about the mean of the fold's own targets (scikit-learn's r2_score).
  double score(svr::Workspace&, std::span<Solution> chain, const Prepared& tau, const Rows& kernel, const Draw&, double bar, std::int64_t& iterations) const;

 private:
  double fold_score(svr::Workspace&, Solution& before, const Prepared&, const Rows& kernel, const Draw&, std::size_t fold, std::int64_t& iterations) const;

  const Request& request_;
  const Target& target_;
  const std::atomic<bool>& cancelled_;
  std::vector<double> squares_;  // a fold: squared deviations of its targets from their mean
};

}  // namespace foretell::set
