#include "svr/machine.hpp"

#include <memory>

namespace foretell::svr {

Model model_of(const Workspace& w, const Outcome& outcome, const Rows& z, Kernel kernel, double gamma, const Scaling& scaling, TargetScaling target) {
  Model model;
  model.form = kernel == Kernel::linear ? Form::linear : Form::rbf;
  model.scaling = scaling;
  model.target = target;
  model.bias = -outcome.rho;
  model.gamma = gamma;
  simd::Doubles weights(z.stride, 0.0);
  for (std::size_t t = 0; t < z.count; ++t) {
    const double beta = w.alpha[t] - w.alpha_star[t];
    if (beta == 0.0) continue;
    if (kernel == Kernel::linear) {
      simd::loops().axpy(weights.data(), z.row(t), beta, z.stride);
    } else {
      model.coefficients.push_back(beta);
      model.support.insert(model.support.end(), z.row(t), z.row(t) + z.columns);
    }
  }
  if (kernel == Kernel::linear) model.weights.assign(weights.data(), weights.data() + z.columns);
  return model;
}

Machine fit(const Rows& z, std::span<const double> y, Kernel kernel, double gamma, const Parameters& p, const Scaling& scaling, TargetScaling target,
            const std::atomic<bool>* cancelled) {
  Workspace w;
  w.resize(z.count);
  start_from_target(w, ascending(y), p);
  Rows matrix;
  std::unique_ptr<KernelRows> rows;
  if (z.count > full_kernel_limit) {
    rows = std::make_unique<CachedKernel>(z, kernel, gamma, cache_budget);
  } else {
    matrix = kernel == Kernel::linear ? inner_products(z) : squared_distances(z);
    if (kernel == Kernel::rbf) rbf_from_distances(matrix, gamma, matrix);
    rows = std::make_unique<FullKernel>(matrix.values.data(), matrix.stride);
  }
  Machine out;
  out.outcome = solve(w, *rows, kernel_diagonal(z, kernel), y, p, cancelled);
  out.model = model_of(w, out.outcome, z, kernel, gamma, scaling, target);
  out.alpha.assign(w.alpha.begin(), w.alpha.begin() + static_cast<std::ptrdiff_t>(z.count));
  out.alpha_star.assign(w.alpha_star.begin(), w.alpha_star.begin() + static_cast<std::ptrdiff_t>(z.count));
  return out;
}

}  // namespace foretell::svr
