#include "set/cross_validate.hpp"

#include <limits>

#include "set/fold_squares.hpp"

namespace foretell::set {

CrossValidation::CrossValidation(const Request& request, const Target& target, const std::atomic<bool>& cancelled)
    : request_(request), target_(target), cancelled_(cancelled), squares_(fold_squares(request, target.y)) {}

double CrossValidation::score(svr::Workspace& w, std::span<Solution> chain, const Prepared& tau, const Rows& kernel, const Draw& draw, double bar,
                              std::int64_t& iterations) const {
  const auto count = static_cast<double>(folds());
  double sum = 0.0;
  for (std::size_t fold = 0; fold < folds(); ++fold) {
    sum += fold_score(w, chain[fold], tau, kernel, draw, fold, iterations);
    const auto left = static_cast<double>(folds() - 1 - fold);
    if ((sum + left) / count < bar) return -std::numeric_limits<double>::infinity();
  }
  return sum / count;
}

double CrossValidation::fold_score(svr::Workspace& w, Solution& before, const Prepared& tau, const Rows& kernel, const Draw& draw, std::size_t fold,
                                   std::int64_t& iterations) const {
  const std::size_t n = target_.y.size();
  const svr::Parameters parameters{draw.c, draw.nu, request_.tolerance};
  w.resize(n);
  for (std::size_t t = 0; t < n; ++t) w.active[t] = request_.folds[t] == static_cast<std::int32_t>(fold) ? 0 : -1;
  if (before.alpha.empty()) {
    svr::start_from_target(w, target_.ascending, parameters);
  } else {
    w.alpha = before.alpha;
    w.alpha_star = before.alpha_star;
  }
  svr::FullKernel rows(kernel.values.data(), kernel.stride);
  const svr::Outcome outcome = svr::solve(w, rows, tau.diagonal, target_.y, parameters, &cancelled_);
  iterations += outcome.iterations;
  before = {w.alpha, w.alpha_star};
  double errors = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    if (w.active[t] != 0) continue;
    const double error = w.gradient[t] - outcome.rho;
    errors += error * error;
  }
  return r_squared(errors, squares_[fold]);
}

}  // namespace foretell::set
