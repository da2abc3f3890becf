// Where a curve ends by one family's least-squares fit: the plain baselines POW4 and MMF4.
//
// Problem: y(x_T) of curves in 0..1 from their first points. The fit with the least loss of all starts whose end is finite; its end, cut to 0..1. Every point weighs the same.
#pragma once

#include <span>
#include <vector>

#include "curves/family.hpp"

namespace foretell::curves {

// curves: row-major, as many as out.size(), each of the same number of points (epochs 1 ..).
void extrapolate_points(Family, std::span<const double> curves, double horizon, std::span<double> out);

}  // namespace foretell::curves
