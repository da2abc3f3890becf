#include "set/final_fit.hpp"

#include <cmath>
#include <limits>

#include "linear/least_squares.hpp"
#include "svr/machine.hpp"

namespace foretell::set {

namespace {

// Left-out rows of one task: the kernel matrix is computed once for all of them.
constexpr std::size_t rows_a_task = 25;

// A left-out row moves few others: Newton steps begin after this many pair steps a row.
constexpr double near_patience = 0.1;

struct Full {
  simd::Doubles alpha, alpha_star;
  std::vector<std::uint32_t> by_gradient;
};

struct Worker {
  svr::Workspace workspace;
  Rows kernel;
};

double squares_of(std::span<const double> v) {
  double sum = 0.0;
  for (const double x : v) sum += x * x;
  return sum;
}

svr::Parameters parameters_of(const Request& request, const Draw& draw) { return {draw.c, draw.nu, request.tolerance}; }

// The error of row i, predicted by the machine refitted without it.
double leave_out(const Request& request, svr::Workspace& w, const Full& full, const Rows& kernel, const Prepared& tau, const Target& target, const Draw& draw,
                 std::size_t i, const std::atomic<bool>& cancelled, std::int64_t& iterations) {
  w.resize(target.y.size());
  w.alpha = full.alpha;
  w.alpha_star = full.alpha_star;
  w.active[i] = 0;
  if (w.active_rows() == 0) return target.y[i];
  auto parameters = parameters_of(request, draw);
  parameters.patience = near_patience;
  svr::start_from_neighbour(w, full.by_gradient, parameters);
  svr::FullKernel rows(kernel.values.data(), kernel.stride);
  const auto outcome = svr::solve(w, rows, tau.diagonal, target.y, parameters, &cancelled);
  iterations += outcome.iterations;
  return outcome.rho - w.gradient[i];
}

}  // namespace

void fit_machines(const Request& request, std::span<const Prepared> window, const Target& target, std::span<const Draw> draws, std::span<Fit> fits,
                  Progress& progress, std::atomic<std::int64_t>& iterations) {
  const auto kind = request.kind == Kind::svr_linear ? svr::Kernel::linear : svr::Kernel::rbf;
  const std::size_t n = target.y.size(), pieces = (n + rows_a_task - 1) / rows_a_task;
  std::vector<Worker> workers(request.threads);
  std::vector<Full> full(window.size());
  parallel_for(window.size(), request.threads, progress, [&](std::size_t k, std::size_t worker) {
    auto& [w, scratch] = workers[worker];
    const Rows& kernel = kernel_of(request, window[k], draws[k].gamma, scratch);
    svr::FullKernel rows(kernel.values.data(), kernel.stride);
    w.resize(n);
    svr::start_from_target(w, target.ascending, parameters_of(request, draws[k]));
    const auto outcome = svr::solve(w, rows, window[k].diagonal, target.y, parameters_of(request, draws[k]), &progress.cancelled);
    iterations.fetch_add(outcome.iterations, std::memory_order_relaxed);
    fits[k].model = svr::model_of(w, outcome, window[k].z, kind, draws[k].gamma, window[k].scaling, target.scaling);
    fits[k].converged = outcome.converged;
    fits[k].loo_residuals.assign(n, 0.0);
    full[k] = {w.alpha, w.alpha_star, svr::ascending(std::span(w.gradient).first(n))};
  });
  parallel_for(window.size() * pieces, request.threads, progress, [&](std::size_t task, std::size_t worker) {
    const std::size_t k = task / pieces, from = task % pieces * rows_a_task;
    auto& [w, scratch] = workers[worker];
    const Rows& kernel = kernel_of(request, window[k], draws[k].gamma, scratch);
    std::int64_t count = 0;
    for (std::size_t i = from; i < std::min(n, from + rows_a_task); ++i) {
      fits[k].loo_residuals[i] =
          target.scaling.scale * leave_out(request, w, full[k], kernel, window[k], target, draws[k], i, progress.cancelled, count);
    }
    iterations.fetch_add(count, std::memory_order_relaxed);
    progress.done.fetch_add(1, std::memory_order_relaxed);
  });
}

Fit fit_least_squares(const Request& request, const Prepared& tau, const Target& target, std::span<const Draw> draws) {
  const linear::Spectrum spectrum = linear::spectrum_of(tau.z);
  const double squares = squares_of(target.y);
  Fit out;
  out.score = -std::numeric_limits<double>::infinity();
  linear::Solution best;
  for (std::size_t d = 0; d < draws.size(); ++d) {
    auto solution = linear::least_squares(spectrum, target.y, draws[d].lambda);
    const double score = squares > 0.0 ? 1.0 - squares_of(solution.loo_residuals) / squares : 0.0;
    if (score <= out.score) continue;
    out.score = score;
    out.draw = static_cast<std::int32_t>(d);
    best = std::move(solution);
  }
  if (request.kind == Kind::ols) out.score = std::numeric_limits<double>::quiet_NaN();
  out.rank = static_cast<std::int32_t>(spectrum.rank());
  out.model.form = Form::linear;
  out.model.scaling = tau.scaling;
  out.model.target = target.scaling;
  out.model.bias = best.bias;
  out.model.weights = std::move(best.weights);
  out.loo_residuals = std::move(best.loo_residuals);
  for (double& e : out.loo_residuals) e *= target.scaling.scale;
  return out;
}

}  // namespace foretell::set
