#include "model/model.hpp"

namespace foretell {

namespace {

// Scratch of one call: a standardised row, and for RBF the kernel values against every support row.
struct Scratch {
  simd::Doubles row, kernel;
};

double value_at(const ModelView& m, Scratch& s) {
  const auto& loops = simd::loops();
  const std::size_t columns = m.center.size();
  if (m.form == Form::linear) return m.bias + loops.dot(m.weights.data(), s.row.data(), columns);
  if (m.form == Form::trees) return m.bias + m.tree_weight * trees::sum_of_leaves(m.trees, [&](std::size_t j) { return static_cast<float>(s.row[j]); });
  const std::size_t machines = m.coefficients.size();
  for (std::size_t k = 0; k < machines; ++k) s.kernel[k] = loops.squared_distance(m.support.data() + k * columns, s.row.data(), columns);
  loops.exp_negative(s.kernel.data(), s.kernel.data(), m.gamma, s.kernel.size());
  return m.bias + loops.dot(m.coefficients.data(), s.kernel.data(), machines);
}

}  // namespace

ModelView Model::view() const {
  return {form, scaling.center, scaling.inverse_scale, target, bias, weights, gamma, coefficients, support, tree_weight, trees.view()};
}

void predict(const ModelView& m, std::span<const double> rows, std::span<double> out) {
  const std::size_t columns = m.center.size();
  Scratch s{simd::Doubles(columns, 0.0), simd::Doubles(simd::padded(m.coefficients.size()), 0.0)};
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (std::size_t j = 0; j < columns; ++j) s.row[j] = (rows[i * columns + j] - m.center[j]) * m.inverse_scale[j];
    out[i] = m.target.center + m.target.scale * value_at(m, s);
  }
}

}  // namespace foretell
