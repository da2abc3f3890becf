#include "lcnet/lcnet.hpp"

#include <algorithm>
#include <cmath>

#include "lcnet/network.hpp"

namespace foretell::lcnet {

namespace {

const double least_log_variance = std::log(1e-6);

double held(double log_variance) { return std::clamp(log_variance, least_log_variance, 0.0); }

struct Point {
  std::span<const double> x;
  double t, y;
};

std::vector<Point> points_of(const Runs& runs) {
  std::vector<Point> out;
  std::size_t at = 0;
  for (std::size_t r = 0; r < runs.lengths.size(); ++r) {
    const std::span<const double> x{runs.x.data() + r * runs.columns, runs.columns};
    for (std::size_t i = 0; i < runs.lengths[r]; ++i) out.push_back({x, static_cast<double>(i + 1) / runs.horizon, runs.curves[at++]});
  }
  return out;
}

// U and its gradient.
class Energy {
 public:
  explicit Energy(std::size_t columns) : network(columns), gradient(network.parameters()) {}

  void begin(std::span<const double> parameters) { std::copy(parameters.begin(), parameters.end(), gradient.begin()); }

  // -log p(y | x, t) times `weight`.
  void add(std::span<const double> parameters, const Point& point, double weight) {
    const auto answer = network.forward(parameters, point.x, point.t);
    const double log_variance = held(answer.log_variance), precision = std::exp(-log_variance), miss = answer.mean - point.y;
    const double by_noise = 0.5 - 0.5 * miss * miss * precision;
    // Outside its bounds the log-variance is only pulled back.
    const bool stuck = answer.log_variance != log_variance && (answer.log_variance - log_variance) * by_noise < 0.0;
    network.backward(parameters, weight * miss * precision, stuck ? 0.0 : weight * by_noise, gradient);
  }

  // `count` of the points drawn with replacement, standing for all.
  void add_some(std::span<const double> parameters, std::span<const Point> points, std::size_t count, stats::Draws& draws) {
    const double weight = static_cast<double>(points.size()) / static_cast<double>(count);
    for (std::size_t k = 0; k < count; ++k) add(parameters, points[draws.index(points.size())], weight);
  }

  Network network;
  std::vector<double> gradient;
};

}  // namespace

SghmcState fit(const FitRequest& request, Progress& progress) {
  progress.total = request.steps + request.burn_in;
  stats::Draws draws(request.seed);
  Energy energy(request.runs.columns);
  const auto points = points_of(request.runs);
  const std::size_t count = energy.network.parameters();
  Sghmc chain({energy.network.start(draws), std::vector<double>(count, 0.0), std::vector<double>(count, 1.0)}, request.settings);
  for (std::size_t step = 0; step < request.steps + request.burn_in && !progress.cancelled; ++step, ++progress.done) {
    const auto& parameters = chain.state().parameters;
    energy.begin(parameters);
    energy.add_some(parameters, points, request.batch, draws);
    chain.step(energy.gradient, step < request.burn_in, draws);
  }
  return chain.state();
}

Prediction predict(const PredictRequest& request, Progress& progress) {
  progress.total = request.settle + request.steps;
  stats::Draws draws(request.seed);
  Energy energy(request.runs.columns);
  const auto points = points_of(request.runs);
  std::vector<Point> own;
  for (std::size_t i = 0; i < request.curve.size(); ++i) own.push_back({request.x, static_cast<double>(i + 1) / request.runs.horizon, request.curve[i]});
  Sghmc chain(request.state, request.settings);
  Prediction out;
  std::size_t nets = 0;
  for (std::size_t step = 1; step <= request.settle + request.steps && !progress.cancelled; ++step, ++progress.done) {
    const auto& parameters = chain.state().parameters;
    energy.begin(parameters);
    energy.add_some(parameters, points, request.batch, draws);
    if (own.size() > request.batch) energy.add_some(parameters, own, request.batch, draws);
    else for (const auto& point : own) energy.add(parameters, point, 1.0);
    chain.step(energy.gradient, false, draws);
    if (step <= request.settle || (step - request.settle) % request.keep_every != 0) continue;
    const auto answer = energy.network.forward(chain.state().parameters, request.x, 1.0);
    out.mean += answer.mean;
    ++nets;
    for (std::size_t k = 0; k < draws_a_net; ++k) out.ends.push_back(answer.mean + std::exp(0.5 * held(answer.log_variance)) * draws.normal());
  }
  out.mean /= static_cast<double>(std::max<std::size_t>(1, nets));
  std::sort(out.ends.begin(), out.ends.end());
  return out;
}

}  // namespace foretell::lcnet
