#include "set/kernel_ridge_set.hpp"

#include <algorithm>
#include <limits>

#include "ridge/kernel_ridge.hpp"
#include "set/draw_groups.hpp"

namespace foretell::set {

namespace {

using Groups = std::vector<std::vector<std::size_t>>;

Groups groups_of(const Request& request) {
  if (request.folds.empty()) return {};
  return draw_groups(request.draws, [](const Draw& a, const Draw& b) { return a.gamma == b.gamma; });
}

double squares_of(std::span<const double> v) {
  double sum = 0.0;
  for (const double x : v) sum += x * x;
  return sum;
}

Fit fit_one(const Request& request, const Prepared& tau, const Target& target, const Draw& draw, Rows& scratch) {
  const Rows& kernel = kernel_of(request, tau, draw.gamma, scratch);
  auto solution = ridge::kernel_ridge(ridge::tridiagonal_of(kernel), target.y, draw.lambda);
  Fit out;
  out.score = std::numeric_limits<double>::quiet_NaN();
  out.model.form = Form::rbf;
  out.model.scaling = tau.scaling;
  out.model.target = target.scaling;
  out.model.gamma = draw.gamma;
  out.model.bias = ridge::intercept(kernel, target.y, solution.coefficients);
  out.model.coefficients = std::move(solution.coefficients);
  for (std::size_t i = 0; i < tau.z.count; ++i) out.model.support.insert(out.model.support.end(), tau.z.row(i), tau.z.row(i) + tau.z.columns);
  out.loo_residuals = std::move(solution.loo_residuals);
  for (double& e : out.loo_residuals) e *= target.scaling.scale;
  return out;
}

}  // namespace

std::size_t kernel_ridge_steps(const Request& request) { return groups_of(request).size() + 1; }

void run_kernel_ridge(const Request& request, std::span<const Prepared> window, const Target& target, std::size_t from, std::span<Fit> fits, Progress& progress) {
  const Groups groups = groups_of(request);
  const double squares = squares_of(target.y);
  std::vector<Rows> scratch(request.threads);
  std::vector<std::vector<double>> scores(window.size(), std::vector<double>(request.draws.size()));
  parallel_for(window.size() * groups.size(), request.threads, progress, [&](std::size_t task, std::size_t worker) {
    const std::size_t k = task / groups.size();
    const auto& group = groups[task % groups.size()];
    const auto reduced = ridge::tridiagonal_of(kernel_of(request, window[k], request.draws[group.front()].gamma, scratch[worker]));
    for (const std::size_t d : group) {
      const double errors = squares_of(ridge::kernel_ridge(reduced, target.y, request.draws[d].lambda).loo_residuals);
      scores[k][d] = squares > 0.0 ? 1.0 - errors / squares : 0.0;
    }
    progress.done.fetch_add(1, std::memory_order_relaxed);
  });
  parallel_for(window.size(), request.threads, progress, [&](std::size_t k, std::size_t worker) {
    const auto best = groups.empty() ? std::size_t{0} : static_cast<std::size_t>(std::max_element(scores[k].begin(), scores[k].end()) - scores[k].begin());
    fits[k] = fit_one(request, window[k], target, groups.empty() ? request.draws[from + k] : request.draws[best], scratch[worker]);
    if (!groups.empty()) {
      fits[k].draw = static_cast<std::int32_t>(best);
      fits[k].score = scores[k][best];
    }
    progress.done.fetch_add(1, std::memory_order_relaxed);
  });
}

}  // namespace foretell::set
