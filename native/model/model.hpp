// A fitted regression as plain data, and its predictions.
//
// Problem: f(z) = bias + weights . z, or f(z) = bias + sum_s coefficient_s exp(-gamma |z - support_s|^2), on the standardised row z, or f(z) = bias + tree_weight *
// (sum of the leaves that z falls into), read in single precision (trees/trees.hpp; there z is the raw row);
// the answer is target_center + target_scale f(z). `ModelView` borrows, so that arrays held by JavaScript are read in place.
// Not here: fitting.
#pragma once

#include <span>
#include <vector>

#include "model/standardise.hpp"
#include "trees/trees.hpp"

namespace foretell {

enum class Form { linear, rbf, trees };

struct ModelView {
  Form form;
  std::span<const double> center, inverse_scale;
  TargetScaling target;
  double bias;
  std::span<const double> weights;  // linear
  double gamma;                     // rbf, and so are the next two
  std::span<const double> coefficients;
  std::span<const double> support;  // row-major, coefficients.size() x center.size()
  double tree_weight;               // trees, and so is the next
  trees::TreesView trees;
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
  double tree_weight = 0.0;
  trees::Trees trees;

  ModelView view() const;
};

// rows: row-major, out.size() x columns.
void predict(const ModelView&, std::span<const double> rows, std::span<double> out);

}  // namespace foretell
