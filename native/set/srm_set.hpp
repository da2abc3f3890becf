// A whole set of sequential regression models in one job: for every tau a random search in k-fold cross-validation, the final fit, and leave-one-out errors.
//
// Problem: Baker, Gupta, Raskar, Naik 2017 (arXiv 1705.10823): T - 1 regressors, the tau-th sees tau curve points. What makes it fast:
//  - squared distances once a tau, exp once a gamma, one kernel matrix for all folds (a left-out row is a masked row, svr/dual.hpp);
//  - a draw's fold starts from the solution of the same draw and fold at the tau before;
//  - exact pruning: R^2 <= 1, so a draw whose mean can no longer reach the best of earlier rounds skips its remaining folds. It never changes the choice;
//  - leave-one-out refits start from the full solution with the left-out mass moved.
// Deterministic: chains and rounds are fixed by the request, never by scheduling. The final fit starts cold, so a refit with the same draw gives the same bits.
// Not here: where draws and folds come from (JavaScript owns randomness), JavaScript itself.
#pragma once

#include <cstdint>
#include <vector>

#include "model/model.hpp"
#include "set/parallel.hpp"

namespace foretell::set {

enum class Kind { svr_rbf, svr_linear, ols, ridge, krr, forest, boost };

struct Draw {
  double c = 0.0, nu = 0.0;  // nu-SVR
  double gamma = 0.0;        // RBF kernels: nu-SVR, kernel ridge
  double lambda = 0.0;       // ridge, kernel ridge
  // Forests and boosted trees. Draws that differ in `trees` alone share one growth.
  std::size_t trees = 0;
  std::uint64_t seed = 0;
  double fraction = 1.0;     // forest: share of the features that a node tries
  std::size_t depth = 0;     // boosting, and so are the next two
  double shrinkage = 0.0;
  double subsample = 1.0;
};

struct Features {
  std::vector<double> values;  // row-major, target.size() x columns
  std::size_t columns = 0;
};

struct Request {
  Kind kind = Kind::svr_rbf;
  std::vector<double> target;
  std::vector<Features> taus;
  std::vector<Draw> draws;          // a search: any number. A refit: one a tau. OLS: none
  std::vector<std::int32_t> folds;  // fold of each row; empty = refit
  std::size_t threads = 1;
  double tolerance = 1e-3;  // in units of the standardised target
};

struct Fit {
  Model model;
  std::int32_t draw = -1;
  double score;
  std::vector<double> loo_residuals;
  std::int32_t rank = -1;
  bool converged = true;
};

struct Result {
  std::vector<Fit> fits;
  double seconds = 0.0;
  std::int64_t iterations = 0;
};

// Empty fits when cancelled.
Result run(const Request&, Progress&);

}  // namespace foretell::set
