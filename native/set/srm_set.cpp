#include "set/srm_set.hpp"

#include <chrono>
#include <limits>

#include "set/ensemble_set.hpp"
#include "set/final_fit.hpp"
#include "set/kernel_ridge_set.hpp"
#include "set/search.hpp"

namespace foretell::set {

namespace {

// Distances of the taus in flight stay within this many bytes; a set of longer curves goes window by window.
constexpr std::size_t window_budget = std::size_t{128} << 20;

bool is_search(const Request& r) { return !r.folds.empty(); }
bool is_ensemble(const Request& r) { return r.kind == Kind::forest || r.kind == Kind::boost; }
bool is_least_squares(const Request& r) { return r.kind == Kind::ols || r.kind == Kind::ridge; }

std::size_t window_length(const Request& r) {
  const std::size_t bytes = r.target.size() * simd::padded(r.target.size()) * sizeof(double);
  return std::max<std::size_t>(1, window_budget / std::max<std::size_t>(1, bytes));
}

void run_least_squares(const Request& request, const Target& target, std::span<Fit> fits, Progress& progress) {
  static const Draw unpenalised{};
  parallel_for(fits.size(), request.threads, progress, [&](std::size_t tau, std::size_t) {
    const Prepared prepared = prepare(request, tau);
    std::span<const Draw> draws(request.draws);
    if (request.kind == Kind::ols) draws = std::span(&unpenalised, 1);
    else if (!is_search(request)) draws = draws.subspan(tau, 1);
    fits[tau] = fit_least_squares(request, prepared, target, draws);
    if (!is_search(request) || request.kind == Kind::ols) fits[tau].draw = -1;
    progress.done.fetch_add(1, std::memory_order_relaxed);
  });
}

void run_window(const Request& request, const Target& target, std::size_t from, std::span<Fit> fits, Progress& progress, std::atomic<std::int64_t>& iterations) {
  std::vector<Prepared> window(fits.size());
  parallel_for(window.size(), request.threads, progress, [&](std::size_t k, std::size_t) { window[k] = prepare(request, from + k); });
  std::vector<Draw> draws(window.size());
  std::vector<Choice> choices(window.size(), Choice{-1, std::numeric_limits<double>::quiet_NaN()});
  if (progress.cancelled) return;
  if (request.kind == Kind::krr) return run_kernel_ridge(request, window, target, from, fits, progress);
  if (is_search(request)) choices = search(request, window, target, progress, iterations);
  for (std::size_t k = 0; k < window.size(); ++k) draws[k] = is_search(request) ? request.draws[static_cast<std::size_t>(choices[k].draw)] : request.draws[from + k];
  if (progress.cancelled) return;
  fit_machines(request, window, target, draws, fits, progress, iterations);
  for (std::size_t k = 0; k < window.size(); ++k) {
    fits[k].draw = choices[k].draw;
    fits[k].score = choices[k].score;
  }
}

std::uint64_t planned(const Request& r) {
  if (is_least_squares(r)) return r.taus.size();
  if (is_ensemble(r)) return r.taus.size() * ensemble_steps(r);
  if (r.kind == Kind::krr) return r.taus.size() * kernel_ridge_steps(r);
  const std::uint64_t draws = is_search(r) ? r.draws.size() : 0;
  return r.taus.size() * (draws + (r.target.size() + 24) / 25);
}

}  // namespace

Result run(const Request& request, Progress& progress) {
  const auto began = std::chrono::steady_clock::now();
  progress.total = std::max<std::uint64_t>(1, planned(request));
  Result out;
  out.fits.resize(request.taus.size());
  const Target target = prepare_target(request);
  std::atomic<std::int64_t> iterations{0};
  if (is_least_squares(request)) {
    run_least_squares(request, target, out.fits, progress);
  } else if (is_ensemble(request)) {
    run_ensembles(request, target, out.fits, progress);
  } else {
    const std::size_t length = window_length(request);
    for (std::size_t from = 0; from < out.fits.size() && !progress.cancelled; from += length) {
      run_window(request, target, from, std::span(out.fits).subspan(from, std::min(length, out.fits.size() - from)), progress, iterations);
    }
  }
  if (progress.cancelled) out.fits.clear();
  out.iterations = iterations;
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return out;
}

}  // namespace foretell::set
