// nu-SVR's dual and its solver.
//
// Problem (Schoelkopf, Smola, Williamson, Bartlett 2000, in the scaling of Chang and Lin 2002, so that C and nu mean what they mean in
// libsvm): over alpha, alpha* in [0, C]^n with sum alpha = sum alpha* = C nu n / 2, beta = alpha - alpha*,
//     minimise 1/2 beta' K beta - y' beta.
// With g = K beta - y the optimality conditions are: max over {alpha_t < C} of -g_t <= min over {alpha_t > 0} of -g_t, and the same for alpha* with g.
// Method: sequential minimal optimisation; a pair lies within one group because each group has its own sum (Chang and Lin 2002, section 4);
// the pair is chosen by second-order information (Fan, Chen, Lin 2005, WSS 2), the better of the two groups. Both groups share the one gradient g,
// so an iteration touches n numbers and not 2n. Stops when both violations are below `tolerance`.
//
// Rows can be left out (`active` = 0): they hold no alpha, but their g is carried along, so a fold's or a left-out row's prediction error
// is read off at the end: prediction_t - y_t = g_t - rho. All folds thus share one kernel matrix, and nothing is copied.
//
// Not here: kernels (svr/kernel.hpp), prediction, standardisation. Nothing allocates once `Workspace` has held a problem of that size.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "svr/subspace_scratch.hpp"

namespace foretell::svr {

struct Parameters {
  double c = 1.0;
  double nu = 0.5;
  double tolerance = 1e-3;
  // Pair steps a row before the first Newton step: most machines of a random search need fewer, and pay nothing; a start near the end wants it at once.
  double patience = 1.0;
  std::int64_t max_iterations = 10'000'000;
};

// Rows of K on demand. `row(i)` has padded(n) readable entries, zero from n on, and the last four rows asked for stay valid.
class KernelRows {
 public:
  virtual ~KernelRows() = default;
  virtual const double* row(std::size_t i) = 0;
};

// The whole matrix in memory: row-major, `stride` = padded(n) doubles a row.
class FullKernel final : public KernelRows {
 public:
  FullKernel(const double* values, std::size_t stride) : values_(values), stride_(stride) {}
  const double* row(std::size_t i) override { return values_ + i * stride_; }

 private:
  const double* values_;
  std::size_t stride_;
};

struct Outcome {
  double rho = 0.0;      // the prediction is K beta - rho
  double epsilon = 0.0;  // half-width of the tube
  double objective = 0.0;
  std::int64_t iterations = 0;
  bool converged = false;
};

// Arrays of one problem, kept between problems. alpha and alpha_star are input (the start) and output; gradient is output.
// resize makes every row active and all alphas zero.
struct Workspace {
  std::size_t n = 0;
  simd::Doubles alpha, alpha_star, gradient, diagonal;
  simd::Masks active, can_rise, can_fall, star_can_rise, star_can_fall;
  Subspace subspace;

  void resize(std::size_t rows);
  std::size_t active_rows() const;
};

// Row numbers by ascending key, equal keys by row: the order in which starts are filled.
std::vector<std::uint32_t> ascending(std::span<const double> key);

// Fills alpha for the active rows with the largest y and alpha* for those with the smallest: optimal as C -> 0, feasible always.
// `by_target` = ascending(y).
void start_from_target(Workspace&, std::span<const std::uint32_t> by_target, const Parameters&);

// Moves both sums of alphas that solved a neighbouring problem onto C nu n / 2 within the box, where it hurts least.
// `by_gradient` = ascending(g of that problem): a small g_t wants a large alpha_t. Values of inactive rows become 0.
void start_from_neighbour(Workspace&, std::span<const std::uint32_t> by_gradient, const Parameters&);

// Solves from the alphas in the workspace, which must be feasible.
Outcome solve(Workspace&, KernelRows&, std::span<const double> diagonal, std::span<const double> y, const Parameters&, const std::atomic<bool>* cancelled);

}  // namespace foretell::svr
