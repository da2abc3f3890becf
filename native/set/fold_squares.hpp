// What R^2 divides by: squared deviations of each fold's targets from their own mean (scikit-learn's r2_score). Not here: predictions.
#pragma once

#include <span>
#include <vector>

#include "set/srm_set.hpp"

namespace foretell::set {

// One a fold.
std::vector<double> fold_squares(const Request&, std::span<const double> y);

// 1 - errors / squares; where the targets do not vary 1 for no error and 0 for any.
double r_squared(double errors, double squares);

}  // namespace foretell::set
