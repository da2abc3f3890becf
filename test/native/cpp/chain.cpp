// The chain model against written-out leave-one-out, and against curves whose law is known.
#include "chain/chain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "chain/eigen.hpp"
#include "chain/ridge.hpp"
#include "check.hpp"

using namespace foretell;

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// Gaussian elimination with pivoting: (Z'Z + penalty I) w = Z'y of the rows that are kept.
std::vector<double> plain_ridge(const std::vector<double>& z, std::size_t d, const std::vector<double>& y, double penalty, std::size_t without) {
  const std::size_t n = y.size();
  std::vector<double> means(d + 1, 0.0);
  const double kept = static_cast<double>(n - (without < n ? 1 : 0));
  for (std::size_t i = 0; i < n; ++i) {
    if (i == without) continue;
    for (std::size_t a = 0; a < d; ++a) means[a] += z[i * d + a] / kept;
    means[d] += y[i] / kept;
  }
  std::vector<double> m(d * (d + 1), 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    if (i == without) continue;
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t b = 0; b < d; ++b) m[a * (d + 1) + b] += (z[i * d + a] - means[a]) * (z[i * d + b] - means[b]);
      m[a * (d + 1) + d] += (z[i * d + a] - means[a]) * (y[i] - means[d]);
    }
  }
  for (std::size_t a = 0; a < d; ++a) m[a * (d + 1) + a] += penalty;
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t r = 0; r < d; ++r) {
      if (r == a) continue;
      const double factor = m[r * (d + 1) + a] / m[a * (d + 1) + a];
      for (std::size_t k = a; k <= d; ++k) m[r * (d + 1) + k] -= factor * m[a * (d + 1) + k];
    }
  }
  std::vector<double> w(d + 1);
  w[d] = means[d];
  for (std::size_t a = 0; a < d; ++a) {
    w[a] = m[a * (d + 1) + d] / m[a * (d + 1) + a];
    w[d] -= w[a] * means[a];
  }
  return w;  // the intercept last
}

std::vector<double> centred(std::vector<double> z, std::size_t d) {
  const std::size_t n = z.size() / d;
  for (std::size_t k = 0; k < d; ++k) {
    double mean = 0.0;
    for (std::size_t i = 0; i < n; ++i) mean += z[i * d + k] / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) z[i * d + k] -= mean;
  }
  return z;
}

// Curves on a line: y_k = y_0 + slope k, the slope a column.
std::vector<double> lines(std::size_t runs, std::size_t points, const std::vector<double>& slopes, const std::vector<double>& starts) {
  std::vector<double> out(runs * points);
  for (std::size_t i = 0; i < runs; ++i) {
    for (std::size_t k = 0; k < points; ++k) out[i * points + k] = starts[i] + slopes[i] * static_cast<double>(k);
  }
  return out;
}

std::vector<chain::DrawnView> views(const std::vector<chain::DrawnStep>& steps) {
  std::vector<chain::DrawnView> out;
  for (const auto& s : steps) out.push_back({s.center, s.inverse_scale, s.bias, s.weights, s.noise});
  return out;
}

}  // namespace

TEST("eigen: rebuilds a symmetric matrix from orthonormal vectors", [] {
  const std::size_t d = 7;
  const auto g = check::gaussian(d * d, 3);
  std::vector<double> a(d * d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) a[i * d + j] = g[i * d + j] + g[j * d + i];
  }
  const auto e = chain::eigen_of(a, d);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      double rebuilt = 0.0, inner = 0.0;
      for (std::size_t k = 0; k < d; ++k) {
        rebuilt += e.values[k] * e.vectors[k * d + i] * e.vectors[k * d + j];
        inner += e.vectors[i * d + k] * e.vectors[j * d + k];
      }
      NEAR(rebuilt, a[i * d + j], 1e-12);
      NEAR(inner, i == j ? 1.0 : 0.0, 1e-12);
    }
  }
});

TEST("ridge: left-out residuals are those of refits, weights those of the normal equations", [] {
  const std::size_t n = 30, d = 4;
  const auto z = centred(check::gaussian(n * d, 11), d);
  const auto noise = check::gaussian(n, 12);
  std::vector<double> y(n);
  for (std::size_t i = 0; i < n; ++i) y[i] = 2.0 + 3.0 * z[i * d] - z[i * d + 2] + 0.3 * noise[i];
  const auto fit = chain::fit_ridge(z, d, y);
  CHECK(std::isfinite(fit.penalty));
  const auto whole = plain_ridge(z, d, y, fit.penalty, n);
  for (std::size_t a = 0; a < d; ++a) NEAR(fit.weights[a], whole[a], 1e-10);
  for (std::size_t i = 0; i < n; ++i) {
    const auto w = plain_ridge(z, d, y, fit.penalty, i);
    double predicted = w[d];
    for (std::size_t a = 0; a < d; ++a) predicted += w[a] * z[i * d + a];
    NEAR(fit.loo_residuals[i], y[i] - predicted, 1e-9);
  }
});

TEST("ridge: takes the mean where columns say nothing, and one dying run does not choose the penalty", [] {
  const std::size_t n = 40, d = 6;
  const auto z = centred(check::gaussian(n * d, 21), d);
  const auto noise = check::gaussian(n, 22);
  const auto nothing = chain::fit_ridge(z, d, noise);
  double largest = 0.0;
  for (const double w : nothing.weights) largest = std::max(largest, std::abs(w));
  CHECK(largest < 0.3);
  std::vector<double> y(n);
  for (std::size_t i = 0; i < n; ++i) y[i] = z[i * d] + 0.01 * noise[i];
  y[7] -= 50.0;
  CHECK(chain::fit_ridge(z, d, y).penalty < 1e3);
});

TEST("chain: walks a line to its end, with and without the column that tells its slope", [] {
  const std::size_t runs = 40, points = 6;
  const auto slopes = check::gaussian(runs, 31), starts = check::gaussian(runs, 32);
  const auto scores = lines(runs, points, slopes, starts);
  for (const std::size_t columns : {std::size_t{0}, std::size_t{1}}) {
    const std::vector<double> given = columns == 0 ? std::vector<double>{} : slopes;
    const chain::Runs all{scores, points, given, columns};
    const auto steps = chain::fit(all);
    auto seen = scores;
    for (std::size_t i = 0; i < runs; ++i) {
      for (std::size_t k = 3; k < points; ++k) seen[i * points + k] = missing;
    }
    const auto drawn = chain::draw(steps, {1, 50, 0.0});
    std::vector<double> ends(runs * 50);
    chain::predict(views(drawn), {seen, points, given, columns}, 50, ends);
    // The first step's regression on a known slope, and every later one on the last difference, are exact but for the ridge of 1e-2 on 40 rows.
    for (std::size_t i = 0; i < runs; ++i) NEAR(ends[i * 50 + 25], scores[i * points + points - 1], 0.02);
  }
});

TEST("chain: is fitted on runs that were stopped early as well", [] {
  const std::size_t runs = 30, points = 4;
  const auto slopes = check::gaussian(runs, 41), starts = check::gaussian(runs, 42);
  auto scores = lines(runs, points, slopes, starts);
  for (std::size_t i = 0; i < runs; ++i) {
    if (slopes[i] > 0.0) continue;
    for (std::size_t k = 2; k < points; ++k) scores[i * points + k] = missing;
  }
  const auto steps = chain::fit({scores, points, {}, 0});
  CHECK(steps[0].residuals.size() == runs);
  CHECK(steps[2].residuals.size() < runs);
  double mean = 0.0;
  for (const double s : slopes) mean += s / static_cast<double>(runs);
  // Increments do not depend on the start here: the first step's mean is that of all runs, not of the good ones.
  NEAR(steps[0].bias, mean, 0.35);
});

TEST("chain: shares below a bar are those of the ends, and nobody's step gives no answer", [] {
  const std::size_t runs = 20, points = 3;
  auto scores = check::gaussian(runs * points, 51);
  const auto steps = chain::fit({scores, points, {}, 0});
  for (std::size_t i = 0; i < runs; ++i) scores[i * points + 2] = missing;
  std::vector<double> ends(runs * 64), bars(runs, 0.4), shares(runs);
  const auto drawn = chain::draw(steps, {9, 64, 0.0});
  chain::predict(views(drawn), {scores, points, {}, 0}, 64, ends);
  chain::below(views(drawn), {scores, points, {}, 0}, 64, bars, shares);
  for (std::size_t i = 0; i < runs; ++i) {
    const auto under = std::count_if(ends.begin() + static_cast<std::ptrdiff_t>(i * 64), ends.begin() + static_cast<std::ptrdiff_t>((i + 1) * 64), [](double y) { return y <= 0.4; });
    NEAR(shares[i], static_cast<double>(under) / 64.0, 0.0);
    CHECK(std::is_sorted(ends.begin() + static_cast<std::ptrdiff_t>(i * 64), ends.begin() + static_cast<std::ptrdiff_t>((i + 1) * 64)));
  }
  const auto unknown = chain::fit({scores, points, {}, 0});
  CHECK(unknown[1].residuals.empty());
  const auto nobody = chain::draw(unknown, {9, 64, 2.0});
  chain::below(views(nobody), {scores, points, {}, 0}, 64, bars, shares);
  CHECK(std::isnan(shares[0]));
});

TEST("chain: the spread of a step is the covariance of a ridge, and what is drawn has it", [] {
  const std::size_t runs = 30, points = 2, columns = 2, particles = 20000;
  const auto starts = check::gaussian(runs, 61), given = check::gaussian(runs * columns, 62), noise = check::gaussian(runs, 63);
  std::vector<double> scores(runs * points);
  for (std::size_t i = 0; i < runs; ++i) {
    scores[i * points] = starts[i];
    scores[i * points + 1] = starts[i] + given[i * columns] + 0.2 * noise[i];
  }
  const auto steps = chain::fit({scores, points, given, columns});
  const auto& step = steps[0];
  const std::size_t d = step.weights.size();
  CHECK(d == chain::curve_columns + columns);
  CHECK(std::isfinite(step.penalty));
  // The columns as the step standardises them; differences that reach behind the first point are constant.
  const auto z_of = [&](std::size_t i, std::size_t k) {
    const double x = k == 0 ? scores[i * points] : k < chain::curve_columns ? 0.0 : given[i * columns + k - chain::curve_columns];
    return (x - step.center[k]) * step.inverse_scale[k];
  };
  double variance = 0.0;
  for (const double e : step.residuals) variance += e * e / static_cast<double>(runs);  // no residual is beyond five deviations here
  std::vector<double> covariance(d * d, 0.0);
  for (std::size_t row = 0; row < step.spread.size(); row += 1 + d) {
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t b = 0; b < d; ++b) covariance[a * d + b] += step.spread[row + 1 + a] * step.spread[row + 1 + b];
    }
  }
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t b = 0; b < d; ++b) {
      double product = step.penalty * covariance[a * d + b];
      for (std::size_t i = 0; i < runs; ++i) {
        for (std::size_t k = 0; k < d; ++k) product += z_of(i, a) * z_of(i, k) * covariance[k * d + b];
      }
      NEAR(product / variance, a == b ? 1.0 : 0.0, 1e-9);
    }
  }
  NEAR(step.spread[0], std::sqrt(variance / static_cast<double>(runs)), 1e-12);
  const auto drawn = chain::draw(steps, {7, particles, 2.0});
  for (std::size_t a = 0; a < d; ++a) {
    double mean = 0.0, square = 0.0;
    for (std::size_t p = 0; p < particles; ++p) mean += drawn[0].weights[a * particles + p] / static_cast<double>(particles);
    for (std::size_t p = 0; p < particles; ++p) square += (drawn[0].weights[a * particles + p] - mean) * (drawn[0].weights[a * particles + p] - mean) / static_cast<double>(particles);
    const double deviation = 2.0 * std::sqrt(covariance[a * d + a]);
    // Standard errors are .7 % of a deviation and .5 % of a width.
    NEAR((mean - step.weights[a]) / deviation, 0.0, 0.03);
    NEAR(std::sqrt(square) / deviation, 1.0, 0.03);
  }
});

TEST("chain: every particle walks by its own bias and weights, whatever their number", [] {
  const std::size_t runs = 30, points = 3, columns = 2, particles = 50, stride = 52;
  const auto scores = check::gaussian(runs * points, 81), given = check::gaussian(runs * columns, 82);
  const auto steps = chain::fit({scores, points, given, columns});
  const auto drawn = chain::draw(steps, {5, particles, 2.0});
  auto seen = scores;
  for (std::size_t i = 0; i < runs; ++i) seen[i * points + 1] = seen[i * points + 2] = missing;
  std::vector<double> ends(runs * particles);
  chain::predict(views(drawn), {seen, points, given, columns}, particles, ends);
  for (std::size_t i = 0; i < runs; ++i) {
    std::vector<double> by_hand;
    for (std::size_t p = 0; p < particles; ++p) {
      std::vector<double> y{seen[i * points]};
      for (const auto& step : drawn) {
        double next = y.back() + step.bias[p] + step.noise[p];
        for (std::size_t k = 0; k < chain::curve_columns + columns; ++k) {
          const double x = k == 0 ? y.back() : k >= chain::curve_columns ? given[i * columns + k - chain::curve_columns] : y.size() > k ? y[y.size() - k] - y[y.size() - k - 1] : 0.0;
          next += step.weights[k * stride + p] * std::clamp((x - step.center[k]) * step.inverse_scale[k], -chain::cut_deviations, chain::cut_deviations);
        }
        y.push_back(next);
      }
      by_hand.push_back(y.back());
    }
    std::sort(by_hand.begin(), by_hand.end());
    for (std::size_t p = 0; p < particles; ++p) NEAR(ends[i * particles + p], by_hand[p], 1e-9);
  }
});

TEST("chain: with a posterior a run unlike those that took the step is predicted more widely, without one all are alike", [] {
  const std::size_t runs = 24, points = 2, particles = 400;
  auto scores = check::gaussian(runs * points, 71);
  for (std::size_t i = 0; i < runs; ++i) scores[i * points + 1] = scores[i * points] + 0.5 * scores[i * points] + 0.1 * scores[i * points + 1];
  const auto steps = chain::fit({scores, points, {}, 0});
  const std::vector<double> seen{0.0, missing, -6.0, missing};
  const auto widths = [&](double posterior) {
    std::vector<double> ends(2 * particles);
    const auto drawn = chain::draw(steps, {3, particles, posterior});
    chain::predict(views(drawn), {seen, points, {}, 0}, particles, ends);
    return std::vector<double>{ends[360] - ends[40], ends[760] - ends[440]};
  };
  const auto alike = widths(0.0), apart = widths(1.0), wider = widths(2.0);
  NEAR(alike[0], alike[1], 1e-12);
  CHECK(apart[1] > 1.2 * apart[0]);
  CHECK(wider[1] > 1.2 * apart[1]);
});
