// Families against values worked out by hand, derivatives against differences, least squares against known parameters, the sampler against a Gaussian.
#include "curves/family.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "check.hpp"
#include "curves/ensemble.hpp"
#include "curves/lce.hpp"
#include "curves/least_squares.hpp"
#include "curves/point.hpp"

using namespace foretell;
using namespace foretell::curves;

namespace {

constexpr double root_epsilon = 6e-6;  // cube root of the rounding error: the best step of a central difference

struct Case {
  Family family;
  Parameters theta;
  double at_four;
};

// At x = 4, ln 4 = 1.3862943611.
const std::vector<Case> cases{
    {Family::vapor_pressure, {-1.0, 0.5, 0.1, 0.0}, 0.478848716265},  // exp(-1 + .5/4 + .1 x 1.3862943611) = exp(-.7363705639)
    {Family::pow3, {0.9, 0.5, 0.5, 0.0}, 0.65},                    // .9 - .5 / 4^.5 = .9 - .25
    {Family::log_log_linear, {0.2, 1.5, 0.0, 0.0}, 0.575072217923},   // ln(.2 x 1.3862943611 + 1.5) = ln 1.7772588722
    {Family::hill3, {0.8, 1.5, 2.0, 0.0}, 0.591036900029},            // .8 x 8 / (2.8284271247 + 8)
    {Family::log_power, {0.8, 0.5, -2.0, 0.0}, 0.683823446901},       // .8 / (1 + (4/e^.5)^-2) = .8 / (1 + e/16)
    {Family::pow4, {0.9, 2.0, 1.0, 0.5}, 0.566666666667},          // .9 - (2 x 4 + 1)^-.5 = .9 - 1/3
    {Family::mmf, {0.9, 0.1, 0.5, 2.0}, 0.74},                     // .9 - .8 / (1 + (.5 x 4)^2) = .9 - .16
    {Family::exp4, {0.9, 0.5, 0.2, 0.5}, 0.450671035883},             // .9 - exp(-.5 x 2 + .2) = .9 - exp(-.8)
    {Family::janoschek, {0.9, 0.1, 0.25, 0.5}, 0.414775472430},       // .9 - .8 exp(-.25 x 2)
    {Family::weibull, {0.9, 0.1, 0.25, 3.0}, 0.605696447063},         // .9 - .8 exp(-(.25 x 4)^3) = .9 - .8 / e
    {Family::ilog2, {0.9, 0.5, 0.0, 0.0}, 0.589332532720},            // .9 - .5 / ln 5 = .9 - .5 / 1.6094379124
};

std::vector<Epoch> epochs_to(std::size_t n) {
  std::vector<Epoch> out;
  for (std::size_t i = 1; i <= n; ++i) out.push_back(epoch_of(static_cast<double>(i)));
  return out;
}

std::vector<double> curve_of(Family family, const Parameters& theta, std::size_t n) {
  std::vector<double> y;
  for (const auto& e : epochs_to(n)) y.push_back(value(family, prepared(family, theta.data()), e));
  return y;
}

}  // namespace

TEST("families: eleven, at the value worked out by hand", [] {
  CHECK(cases.size() == family_count);
  for (const auto& c : cases) NEAR(value(c.family, prepared(c.family, c.theta.data()), epoch_of(4.0)), c.at_four, 1e-9);
});

TEST("families: derivatives are those of central differences", [] {
  for (const auto& c : cases) {
    for (const double x : {1.0, 3.0, 40.0}) {
      double g[most_parameters];
      const Epoch e = epoch_of(x);
      NEAR(gradient(c.family, c.theta.data(), e, g), value(c.family, prepared(c.family, c.theta.data()), e), 1e-14);
      for (std::size_t k = 0; k < shape_of(c.family).parameters; ++k) {
        const double h = root_epsilon * std::max(0.1, std::abs(c.theta[k]));
        Parameters up = c.theta, down = c.theta;
        up[k] += h;
        down[k] -= h;
        const double slope = (value(c.family, prepared(c.family, up.data()), e) - value(c.family, prepared(c.family, down.data()), e)) / (2.0 * h);
        NEAR(g[k], slope, 1e-7 * std::max(1.0, std::abs(slope)));  // h^2 f'''/6 is of the order of 1e-9, and thirds derivatives here reach 50
      }
    }
  }
});

TEST("least squares: finds the curve again that made the points, and its end", [] {
  const auto epochs = epochs_to(30);
  const std::vector<double> weights(30, 1.0);
  for (const auto& c : cases) {
    const auto y = curve_of(c.family, c.theta, 30);
    const auto best = fits(c.family, {epochs, y, weights}, 8).front();
    CHECK(best.loss < 1e-8);
    const Epoch later = epoch_of(45.0);
    NEAR(value(c.family, prepared(c.family, best.theta.data()), later), value(c.family, prepared(c.family, c.theta.data()), later), 2e-3);
  }
});

TEST("least squares: parameters that the data fix are found to rounding", [] {
  const auto epochs = epochs_to(12);
  const std::vector<double> weights(12, 1.0);
  const Parameters ilog2{0.9, 0.5, 0.0, 0.0}, pow3{0.9, 0.5, 0.5, 0.0};
  const auto linear = fits(Family::ilog2, {epochs, curve_of(Family::ilog2, ilog2, 12), weights}, 1).front();
  for (std::size_t k = 0; k < 2; ++k) NEAR(linear.theta[k], ilog2[k], 1e-9);
  const auto bent = fits(Family::pow3, {epochs, curve_of(Family::pow3, pow3, 12), weights}, 8).front();
  for (std::size_t k = 0; k < 3; ++k) NEAR(bent.theta[k], pow3[k], 1e-4);
});

TEST("least squares: weights decide between points that do not agree", [] {
  const std::vector<Epoch> epochs{epoch_of(3.0), epoch_of(3.0)};
  const std::vector<double> y{0.2, 0.6}, weights{1.0, 3.0};
  const auto fit = fits(Family::pow3, {epochs, y, weights}, 1).front();
  NEAR(value(Family::pow3, prepared(Family::pow3, fit.theta.data()), epochs[0]), 0.5, 1e-6);  // (.2 + 3 x .6) / 4
});

// Mean and covariance of a Gaussian whose axes differ by a factor of 1e4 and are correlated. Errors of the averages are taken from 20 batches of the run.
TEST("ensemble: draws from a Gaussian, whatever its scales", [] {
  const std::size_t d = 4, walkers = 40, samples = 8000, burn_in = 1000, batches = 20;
  const double scale[d] = {1e-2, 1.0, 30.0, 100.0}, center[d] = {3.0, -1.0, 0.0, 500.0}, correlation = 0.8;
  // z_i = (x_i - center_i) / scale_i with z_1 = correlation z_0 + sqrt(1 - correlation^2) e.
  const auto density = [&](const double* x) {
    double z[d];
    for (std::size_t i = 0; i < d; ++i) z[i] = (x[i] - center[i]) / scale[i];
    const double rest = (z[1] - correlation * z[0]) / std::sqrt(1.0 - correlation * correlation);
    return -0.5 * (z[0] * z[0] + rest * rest + z[2] * z[2] + z[3] * z[3]);
  };
  stats::Draws draws(7);
  std::vector<double> positions(walkers * d);
  for (std::size_t k = 0; k < walkers; ++k) {
    for (std::size_t i = 0; i < d; ++i) positions[k * d + i] = center[i] + 0.1 * scale[i] * draws.normal();
  }
  // Averages of z_i, z_i^2 and z_0 z_1 a batch.
  constexpr std::size_t moments = 2 * d + 1;
  std::vector<double> averages(batches * moments, 0.0);
  const std::size_t batch_length = (samples - burn_in) / batches;
  Progress progress;
  const double accepted = walk({d, walkers, samples}, positions, draws, progress, density, [&](std::size_t sample, std::span<const double> at) {
    if (sample < burn_in) return;
    double* average = averages.data() + (sample - burn_in) / batch_length * moments;
    const double share = 1.0 / static_cast<double>(batch_length * walkers);
    for (std::size_t k = 0; k < walkers; ++k) {
      double z[d];
      for (std::size_t i = 0; i < d; ++i) {
        z[i] = (at[k * d + i] - center[i]) / scale[i];
        average[i] += share * z[i];
        average[d + i] += share * z[i] * z[i];
      }
      average[2 * d] += share * z[0] * z[1];
    }
  });
  for (std::size_t m = 0; m < moments; ++m) {
    double mean = 0.0, squares = 0.0;
    for (std::size_t b = 0; b < batches; ++b) mean += averages[b * moments + m] / static_cast<double>(batches);
    for (std::size_t b = 0; b < batches; ++b) squares += std::pow(averages[b * moments + m] - mean, 2);
    const double error = std::sqrt(squares / static_cast<double>(batches * (batches - 1)));
    CHECK(error < 0.03);
    NEAR(mean, m < d ? 0.0 : m < 2 * d ? 1.0 : correlation, 5.0 * error);  // Student's t of 19: 8e-5
  }
  CHECK(accepted > 0.4 && accepted < 0.8);
});

TEST("extrapolation: ends within the prior, near the truth, the same for the same seed", [] {
  LceRequest request;
  request.horizon = 30.0;
  const auto noise = check::gaussian(10, 5);
  for (std::size_t i = 0; i < 10; ++i) request.y.push_back(0.8 - 0.6 * std::exp(-static_cast<double>(i + 1) / 3.0) + 0.005 * noise[i]);
  for (std::size_t k = 0; k < family_count; ++k) request.families.push_back(static_cast<Family>(k));
  request.samples = 400;
  request.burn_in = 200;
  request.seed = 11;
  Progress first, second;
  const auto a = extrapolate(request, first), b = extrapolate(request, second);
  CHECK(a.ends == b.ends && a.mean == b.mean);
  CHECK(a.families >= 8 && a.ends.size() % 20 == 0 && std::is_sorted(a.ends.begin(), a.ends.end()));
  CHECK(a.mean > 0.7 && a.mean < 0.95);
  CHECK(first.done == 400);
  request.seed = 12;
  Progress third;
  CHECK(extrapolate(request, third).ends != a.ends);
  Progress cancelled;
  cancelled.cancelled = true;
  CHECK(extrapolate(request, cancelled).ends.empty());
});

TEST("extrapolation: a falling curve has no family within the prior but those that can be flat", [] {
  LceRequest request;
  request.horizon = 20.0;
  request.y = {0.9, 0.6, 0.4, 0.3, 0.2};
  request.families = {Family::pow3, Family::ilog2};
  Progress progress;
  const auto result = extrapolate(request, progress);
  CHECK(result.families == 0 && result.ends.empty());
});

TEST("points: end in 0..1 and meet a curve of their own family", [] {
  const auto pow4 = curve_of(Family::pow4, {0.9, 2.0, 1.0, 0.5}, 12);
  std::vector<double> out(1), steep(2);
  extrapolate_points(Family::pow4, pow4, 40.0, out);
  NEAR(out[0], 0.9 - std::pow(81.0, -0.5), 2e-3);
  const std::vector<double> two{0.1, 0.5, 0.99, 0.5, 0.5, 0.5};
  extrapolate_points(Family::mmf, two, 40.0, steep);
  CHECK(steep[0] >= 0.0 && steep[0] <= 1.0);
  NEAR(steep[1], 0.5, 1e-3);
});
