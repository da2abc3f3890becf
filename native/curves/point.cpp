#include "curves/point.hpp"

#include <algorithm>
#include <cmath>

#include "curves/least_squares.hpp"

namespace foretell::curves {

namespace {

constexpr std::size_t starts = 8;

}  // namespace

void extrapolate_points(Family family, std::span<const double> curves, double horizon, std::span<double> out) {
  const std::size_t points = out.empty() ? 0 : curves.size() / out.size();
  std::vector<Epoch> epochs;
  for (std::size_t i = 0; i < points; ++i) epochs.push_back(epoch_of(static_cast<double>(i + 1)));
  const std::vector<double> weights(points, 1.0);
  const Epoch last = epoch_of(horizon);
  for (std::size_t row = 0; row < out.size(); ++row) {
    const auto y = curves.subspan(row * points, points);
    out[row] = std::clamp(y.back(), 0.0, 1.0);
    for (const auto& fit : fits(family, {epochs, y, weights}, starts)) {
      const double end = value(family, prepared(family, fit.theta.data()), last);
      if (!std::isfinite(fit.loss) || !std::isfinite(end)) continue;
      out[row] = std::clamp(end, 0.0, 1.0);
      break;
    }
  }
}

}  // namespace foretell::curves
