#include "model/standardise.hpp"

#include <algorithm>
#include <cmath>

namespace foretell {

namespace {

constexpr double constant_below = 1e-12;
constexpr double even_flag_deviation = 0.5;

struct Moments {
  double mean;
  double deviation;
  bool constant;
  bool flag;
};

Moments moments_of(const double* first, std::size_t count, std::size_t step) {
  double mean = 0.0, magnitude = 0.0, squares = 0.0;
  bool flag = true;
  for (std::size_t i = 0; i < count; ++i) {
    mean += first[i * step] / static_cast<double>(count);
    magnitude = std::max(magnitude, std::abs(first[i * step]));
    flag = flag && (first[i * step] == 0.0 || first[i * step] == 1.0);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double e = first[i * step] - mean;
    squares += e * e / static_cast<double>(count);
  }
  const double deviation = std::sqrt(squares);
  return {mean, deviation, deviation <= constant_below * magnitude, flag};
}

}  // namespace

Scaling scaling_of(std::span<const double> values, std::size_t rows, std::size_t columns) {
  Scaling out{std::vector<double>(columns), std::vector<double>(columns)};
  for (std::size_t j = 0; j < columns; ++j) {
    const Moments m = moments_of(values.data() + j, rows, columns);
    out.center[j] = m.mean;
    out.inverse_scale[j] = m.constant ? 0.0 : 1.0 / (m.flag ? even_flag_deviation : m.deviation);
  }
  return out;
}

Scaling identity_scaling(std::size_t columns) { return {std::vector<double>(columns, 0.0), std::vector<double>(columns, 1.0)}; }

Rows standardised(std::span<const double> values, std::size_t rows, const Scaling& scaling) {
  const std::size_t columns = scaling.center.size();
  Rows out(rows, columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) out.row(i)[j] = (values[i * columns + j] - scaling.center[j]) * scaling.inverse_scale[j];
  }
  return out;
}

TargetScaling target_scaling_of(std::span<const double> target) {
  const Moments m = moments_of(target.data(), target.size(), 1);
  return {m.mean, m.constant ? 1.0 : m.deviation};
}

std::vector<double> standardised(std::span<const double> target, TargetScaling scaling) {
  std::vector<double> out(target.size());
  for (std::size_t i = 0; i < target.size(); ++i) out[i] = (target[i] - scaling.center) / scaling.scale;
  return out;
}

}  // namespace foretell
