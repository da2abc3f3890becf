// A fitted regression as plain data, and its predictions.
//
// Problem: f(z) = bias + weights . z, or f(z) = bias + sum_s coefficient_s exp(-gamma |z - support_s|^2), on the standardised row z;
// the answer is target_center + target_scale f(z). `ModelView` borrows, so that arrays held by JavaScript are read in place.
// Not here: fitting.
#pragma once

#include <span>
#include <vector>

#include "model/standardise.hpp"

namespace foretell {

enum class Form { linear, rbf };

struct ModelView {
  Form form;
  std::span<const double> center, inverse_scale;
  TargetScaling target;
  double bias;
  std::span<const double> weights;  // linear
  double gamma;                     // rbf, and so are the next two
  std::span<const double> coefficients;
  std::span<const double> support;  // row-major, coefficients.size() x center.size()
};

struct Model {
  Form form = Form::linear;
  Scaling scaling;
  TargetScaling target;
  double bias = 0.0;
  std::vector<double> weights;
  double gamma = 0.0;
  std::vector<double> coefficients;
  std::vector<double> support;

  ModelView view() const;
};

// rows: row-major, out.size() x columns.
void predict(const ModelView&, std::span<const double> rows, std::span<double> out);

}  // namespace foretell
