// LC-Net: derivatives against differences, the sampler against a Gaussian, predictions of curves whose ends the configuration decides.
#include "lcnet/lcnet.hpp"

#include <algorithm>
#include <cmath>

#include "check.hpp"
#include "lcnet/network.hpp"

using namespace foretell;
using namespace foretell::lcnet;

namespace {

constexpr double step = 6e-6;  // cube root of the rounding error

const std::vector<double> theta{0.3, 0.6, 0.8, 0.5, 0.4, 0.7, 0.2, 0.9, 0.35, 0.15, 0.65, 0.55, 0.45};

// Runs whose end is .3 + .4 x, reached as 1 - e^(-6t); every third is seen to the half only.
Runs made_runs(std::size_t count, std::size_t epochs) {
  Runs runs;
  runs.columns = 1;
  runs.horizon = static_cast<double>(epochs);
  for (std::size_t r = 0; r < count; ++r) {
    const double place = static_cast<double>(r) / static_cast<double>(count - 1);
    runs.x.push_back((place - 0.5) * 3.4);
    runs.lengths.push_back(r % 3 == 1 ? epochs / 2 : epochs);
    for (std::size_t i = 1; i <= runs.lengths.back(); ++i) runs.curves.push_back((0.3 + 0.4 * place) * (1.0 - std::exp(-6.0 * static_cast<double>(i) / runs.horizon)));
  }
  return runs;
}

}  // namespace

TEST("basis: 0 at the end, derivatives those of central differences", [] {
  double values[basis_count], slopes[basis_parameters], up[basis_count], down[basis_count], ignored[basis_parameters];
  basis(theta.data(), 1.0, values, slopes);
  for (const double v : values) NEAR(v, 0.0, 1e-15);
  for (const double t : {0.02, 0.3, 0.9}) {
    basis(theta.data(), t, values, slopes);
    for (std::size_t k = 0; k < basis_count; ++k) {
      for (std::size_t j = basis_begin[k]; j < basis_begin[k + 1]; ++j) {
        auto high = theta, low = theta;
        high[j] += step;
        low[j] -= step;
        basis(high.data(), t, up, ignored);
        basis(low.data(), t, down, ignored);
        NEAR(slopes[j], (up[k] - down[k]) / (2.0 * step), 1e-8 * std::max(1.0, std::abs(slopes[j])));
      }
    }
  }
});

TEST("network: derivatives of mean and log-variance with respect to every kind of parameter", [] {
  Network network(3);
  stats::Draws draws(3);
  auto parameters = network.start(draws);
  for (double& p : parameters) p *= 1.5;
  const std::vector<double> x{0.7, -1.1, 0.3};
  std::vector<double> gradient(network.parameters(), 0.0);
  const auto height = [&](const std::vector<double>& at) {
    const auto answer = network.forward(at, x, 0.4);
    return 2.0 * answer.mean - 0.5 * answer.log_variance;
  };
  height(parameters);
  network.backward(parameters, 2.0, -0.5, gradient);
  for (std::size_t k = 0; k < parameters.size(); k += 37) {  // 37 is prime to every row length: all layers, weights and biases
    auto up = parameters, down = parameters;
    up[k] += step;
    down[k] -= step;
    NEAR(gradient[k], (height(up) - height(down)) / (2.0 * step), 2e-9 * std::max(1.0, std::abs(gradient[k])) + 1e-9);
  }
});

// U = sum x^2 / (2 s^2) over 200 coordinates. With a = decay, h = rate / s and noise of variance q = 2 rate a s - rate^2 the recursion v' = (1 - a) v - h x + noise,
// x' = x + v' is linear: its stationary variance is q / (a h (2 - h / (2 - a))), which goes to s^2 with the rate.
TEST("sghmc: draws with the variance of a known Gaussian, whatever its scale", [] {
  for (const double s : {0.2, 1.0, 3.0}) {
    const std::size_t count = 200, steps = 20000;
    stats::Draws draws(5);
    std::vector<double> start(count), gradient(count), squares(count, 0.0);
    for (double& v : start) v = s * draws.normal();
    Sghmc chain({start, std::vector<double>(count, 0.0), std::vector<double>(count, 1.0 / (s * s))}, {1e-3, 0.05});
    for (std::size_t k = 0; k < steps; ++k) {
      const auto& x = chain.state().parameters;
      for (std::size_t i = 0; i < count; ++i) gradient[i] = x[i] / (s * s);
      chain.step(gradient, false, draws);
      for (std::size_t i = 0; i < count; ++i) squares[i] += chain.state().parameters[i] * chain.state().parameters[i] / static_cast<double>(steps);
    }
    double mean = 0.0, spread = 0.0;
    for (const double q : squares) mean += q / static_cast<double>(count);
    for (const double q : squares) spread += (q - mean) * (q - mean);
    const double error = std::sqrt(spread / static_cast<double>(count * (count - 1)));  // coordinates are independent
    CHECK(error < 0.05 * s * s);
    const double a = 0.05, h = 1e-3 / s, noise = 2e-3 * a * s - 1e-6;
    NEAR(mean, noise / (a * h * (2.0 - h / (2.0 - a))), 5.0 * error);
  }
});

TEST("sghmc: the burn-in finds the scale of the gradients", [] {
  stats::Draws draws(6);
  const std::size_t count = 100;
  Sghmc chain({std::vector<double>(count, 0.0), std::vector<double>(count, 0.0), std::vector<double>(count, 1.0)}, {1e-3, 0.05});
  std::vector<double> gradient(count);
  for (int k = 0; k < 2000; ++k) {
    for (double& g : gradient) g = 50.0 * draws.normal();
    chain.step(gradient, true, draws);
  }
  double mean = 0.0;
  for (const double v : chain.state().square) mean += v / static_cast<double>(count);
  CHECK(mean > 0.5 * 2500.0 && mean < 2.0 * 2500.0);
});

TEST("lcnet: learns ends from configurations, the same for the same seed", [] {
  FitRequest request;
  request.runs = made_runs(30, 10);
  request.steps = 1500;
  request.burn_in = 500;
  request.seed = 9;
  Progress first, second;
  const auto state = fit(request, first);
  CHECK(state.parameters == fit(request, second).parameters);
  CHECK(first.done == 2000);
  PredictRequest ask;
  ask.runs = request.runs;
  ask.state = state;
  ask.steps = 400;
  ask.settle = 100;
  ask.keep_every = 4;
  double error = 0.0;
  const std::vector<double> places{0.1, 0.5, 0.9};
  for (const double place : places) {
    ask.x = {(place - 0.5) * 3.4};
    const double end = 0.3 + 0.4 * place;
    ask.curve = {end * (1.0 - std::exp(-0.6)), end * (1.0 - std::exp(-1.2))};
    Progress a, b;
    const auto prediction = predict(ask, a);
    CHECK(prediction.ends == predict(ask, b).ends);
    CHECK(prediction.ends.size() == 100 * draws_a_net && std::is_sorted(prediction.ends.begin(), prediction.ends.end()));
    error += std::abs(prediction.mean - end * (1.0 - std::exp(-6.0))) / 3.0;
  }
  CHECK(error < 0.09);  // a constant guess of .5 errs by .107
  Progress cancelled;
  cancelled.cancelled = true;
  CHECK(predict(ask, cancelled).ends.empty());
});
