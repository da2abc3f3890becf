// One family fitted to the seen part of a curve by least squares.
//
// Problem: minimise sum_i w_i (y_i - f(x_i; theta))^2 over at most four parameters. Method: Levenberg-Marquardt with Marquardt's scaling (Marquardt 1963; More 1978),
// damped normal equations by elimination, from several starts: the authors' values and seeded changes of them, because most families have flat valleys. Fewer points
// than parameters are no error: damping keeps the solution near its start. Not here: which fit is used, and for what (extrapolate.hpp, lce.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "curves/family.hpp"

namespace foretell::curves {

struct Fit {
  Parameters theta{};
  double loss = 0.0;  // the weighted sum of squares; infinite where no start gave a finite curve
};

struct SeenCurve {
  std::span<const Epoch> epochs;
  std::span<const double> y;
  std::span<const double> weights;
};

// From one start.
Fit levenberg_marquardt(Family, const SeenCurve&, const Parameters& start);

// From `starts` starts, the best first. The same for the same arguments.
std::vector<Fit> fits(Family, const SeenCurve&, std::size_t starts);

}  // namespace foretell::curves
