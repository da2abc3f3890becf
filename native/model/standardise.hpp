// Columns to mean 0 and population standard deviation 1, so that no unit rules a distance or a penalty.
//
// A column of flags (0 and 1 alone) is scaled as if half of them were 1: by its own deviation a flag that one row in a hundred has would be ten units
// long, and such rows would be strangers to all others.
//
// Statistics come from all training rows of a tau, also in cross-validation and leave-one-out: they use no target, and it lets all folds share
// one kernel matrix. A column whose deviation is below 1e-12 of its magnitude is constant: it is multiplied by 0, hence ignored, also where a later
// row differs in it.
#pragma once

#include <span>
#include <vector>

#include "model/rows.hpp"

namespace foretell {

struct Scaling {
  std::vector<double> center;
  std::vector<double> inverse_scale;
};

struct TargetScaling {
  double center = 0.0;
  double scale = 1.0;  // never 0: a constant target keeps scale 1
};

// values: row-major, rows x columns.
Scaling scaling_of(std::span<const double> values, std::size_t rows, std::size_t columns);
Scaling identity_scaling(std::size_t columns);
Rows standardised(std::span<const double> values, std::size_t rows, const Scaling&);

TargetScaling target_scaling_of(std::span<const double> target);
std::vector<double> standardised(std::span<const double> target, TargetScaling);

}  // namespace foretell
