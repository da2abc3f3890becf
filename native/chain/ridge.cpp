#include "chain/ridge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "chain/eigen.hpp"

namespace foretell::chain {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double lowest = 1e-2, highest = 1e4;
constexpr int penalties = 13;         // two a decade
constexpr double robust = 1.4826;     // median absolute deviation to standard deviation of a Gaussian
constexpr double cut_at = 5.0;
constexpr double no_freedom = 1e-9;   // 1 - h below this is rounding

struct Projected {
  Eigen eigen;
  std::vector<double> t;  // row-major, rows x columns: t_ik
  std::vector<double> c;
};

Projected project(std::span<const double> z, std::size_t d, std::span<const double> y) {
  const std::size_t n = y.size();
  std::vector<double> gram(d * d, 0.0), zy(d, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double* row = z.data() + i * d;
    for (std::size_t a = 0; a < d; ++a) {
      zy[a] += row[a] * y[i];
      for (std::size_t b = a; b < d; ++b) gram[a * d + b] += row[a] * row[b];
    }
  }
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t b = 0; b < a; ++b) gram[a * d + b] = gram[b * d + a];
  }
  Projected out{eigen_of(std::move(gram), d), std::vector<double>(n * d, 0.0), std::vector<double>(d, 0.0)};
  for (std::size_t k = 0; k < d; ++k) {
    const double* v = out.eigen.vectors.data() + k * d;
    out.eigen.values[k] = std::max(0.0, out.eigen.values[k]);
    for (std::size_t a = 0; a < d; ++a) out.c[k] += v[a] * zy[a];
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::size_t a = 0; a < d; ++a) sum += z[i * d + a] * v[a];
      out.t[i * d + k] = sum;
    }
  }
  return out;
}

std::vector<double> left_out(const Projected& p, std::span<const double> y, double penalty) {
  const std::size_t n = y.size(), d = p.c.size();
  std::vector<double> out(n), kept(d);
  for (std::size_t k = 0; k < d; ++k) kept[k] = 1.0 / (p.eigen.values[k] + penalty);  // 0 for an infinite penalty
  for (std::size_t i = 0; i < n; ++i) {
    double fitted = 0.0, hat = 1.0 / static_cast<double>(n);
    for (std::size_t k = 0; k < d; ++k) {
      const double t = p.t[i * d + k];
      fitted += t * p.c[k] * kept[k];
      hat += t * t * kept[k];
    }
    out[i] = (y[i] - fitted) / std::max(1.0 - hat, no_freedom);
  }
  return out;
}

double median_magnitude(std::vector<double> values) {
  for (double& v : values) v = std::abs(v);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double cost(std::span<const double> residuals, double cut) {
  double sum = 0.0;
  for (const double e : residuals) sum += std::min(e * e, cut * cut);
  return sum;
}

}  // namespace

Ridge fit_ridge(std::span<const double> z, std::size_t columns, std::span<const double> y) {
  Ridge out;
  out.bias = std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size());
  std::vector<double> centred(y.begin(), y.end());
  for (double& v : centred) v -= out.bias;
  const Projected p = project(z, columns, centred);
  std::vector<double> tried{infinite};
  for (int k = 0; k < penalties; ++k) tried.push_back(lowest * std::pow(highest / lowest, static_cast<double>(k) / (penalties - 1)));
  std::vector<std::vector<double>> residuals;
  double deviation = infinite;
  for (const double penalty : tried) {
    residuals.push_back(left_out(p, centred, penalty));
    deviation = std::min(deviation, robust * median_magnitude(residuals.back()));
  }
  // Where most increments are alike to the last digit there is no deviation to cut by.
  const double cut = deviation > 0.0 ? cut_at * deviation : infinite;
  std::size_t best = 0;
  for (std::size_t k = 1; k < tried.size(); ++k) {
    if (cost(residuals[k], cut) < cost(residuals[best], cut)) best = k;
  }
  out.penalty = tried[best];
  out.sigma = std::sqrt(cost(residuals[best], cut) / static_cast<double>(y.size()));
  out.weights.assign(columns, 0.0);
  for (std::size_t k = 0; k < columns && std::isfinite(out.penalty); ++k) {
    const double* v = p.eigen.vectors.data() + k * columns;
    const double shrunk = p.eigen.values[k] + out.penalty;
    for (std::size_t a = 0; a < columns; ++a) {
      out.weights[a] += p.c[k] / shrunk * v[a];
      out.directions.push_back(v[a] / std::sqrt(shrunk));
    }
  }
  out.loo_residuals = std::move(residuals[best]);
  return out;
}

}  // namespace foretell::chain
