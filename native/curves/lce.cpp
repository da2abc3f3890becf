#include "curves/lce.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "curves/ensemble.hpp"
#include "curves/least_squares.hpp"

namespace foretell::curves {

namespace {

constexpr double outside = -std::numeric_limits<double>::infinity();
constexpr double ball = 1e-6;
constexpr double first_weight = 10.0;
constexpr double least_sigma = 1e-4, most_sigma = 1.0;

struct Component {
  Family family;
  std::size_t at;  // of its first parameter in theta
  Parameters fitted;
};

// theta = the components' parameters, sigma, a weight a component.
class Posterior {
 public:
  explicit Posterior(const LceRequest& request) : y_(request.y), second_(epoch_of(2.0)), last_(epoch_of(request.horizon)) {
    const auto n = static_cast<double>(y_.size());
    for (std::size_t i = 0; i < y_.size(); ++i) {
      epochs_.push_back(epoch_of(static_cast<double>(i + 1)));
      recency_.push_back(y_.size() == 1 ? 1.0 : std::pow(10.0, static_cast<double>(i) / n));
      total_recency_ += recency_.back();
    }
    for (const Family family : request.families) admit(family, request.starts);
    mixture_.resize(y_.size());
  }

  std::size_t components() const { return components_.size(); }
  std::size_t dimension() const { return parameters_ + 1 + components_.size(); }
  double sigma(const double* theta) const { return theta[parameters_]; }

  std::vector<double> start() const {
    std::vector<double> theta;
    for (const auto& c : components_) theta.insert(theta.end(), c.fitted.begin(), c.fitted.begin() + static_cast<std::ptrdiff_t>(shape_of(c.family).parameters));
    theta.push_back(deviation());
    theta.insert(theta.end(), components_.size(), first_weight);
    return theta;
  }

  // The weighted curve at the horizon.
  double end(const double* theta) const {
    double sum = 0.0, total = 0.0;
    for (std::size_t k = 0; k < components_.size(); ++k) {
      const double w = theta[parameters_ + 1 + k];
      sum += w * value(components_[k].family, prepared(components_[k].family, theta + components_[k].at), last_);
      total += w;
    }
    return sum / total;
  }

  double operator()(const double* theta) {
    const double s = sigma(theta);
    const double* weights = theta + parameters_ + 1;
    if (!(s >= least_sigma && s <= most_sigma)) return outside;
    double total = 0.0;
    for (std::size_t k = 0; k < components_.size(); ++k) {
      if (!(weights[k] >= 0.0)) return outside;
      total += weights[k];
    }
    for (std::size_t k = 0; k < components_.size(); ++k) {
      ready_[k] = prepared(components_[k].family, theta + components_[k].at);
      if (!allowed(components_[k].family, ready_[k])) return outside;
    }
    std::fill(mixture_.begin(), mixture_.end(), 0.0);
    for (std::size_t k = 0; k < components_.size(); ++k) {
      const double w = weights[k] / total;
      for (std::size_t i = 0; i < y_.size(); ++i) mixture_[i] += w * value(components_[k].family, ready_[k], epochs_[i]);
    }
    double squares = 0.0;
    for (std::size_t i = 0; i < y_.size(); ++i) squares += recency_[i] * (y_[i] - mixture_[i]) * (y_[i] - mixture_[i]);
    const double height = -0.5 * squares / (s * s) - total_recency_ * std::log(s);
    return std::isfinite(height) ? height : outside;
  }

 private:
  bool allowed(Family family, const Parameters& ready) const {
    const double end = value(family, ready, last_);
    return end >= 0.0 && end <= 1.0 && value(family, ready, second_) <= end;
  }

  // The best fit that the prior allows; a family without one stays out.
  void admit(Family family, std::size_t starts) {
    for (const auto& fit : fits(family, {epochs_, y_, recency_}, starts)) {
      if (!std::isfinite(fit.loss) || !allowed(family, prepared(family, fit.theta.data()))) continue;
      components_.push_back({family, parameters_, fit.theta});
      parameters_ += shape_of(family).parameters;
      return;
    }
  }

  double deviation() const {
    double mean = 0.0, squares = 0.0;
    const auto n = static_cast<double>(y_.size());
    for (std::size_t i = 0; i < y_.size(); ++i) {
      double sum = 0.0;
      for (const auto& c : components_) sum += value(c.family, prepared(c.family, c.fitted.data()), epochs_[i]);
      const double miss = y_[i] - sum / static_cast<double>(components_.size());
      mean += miss / n;
      squares += miss * miss / n;
    }
    return std::clamp(std::sqrt(std::max(0.0, squares - mean * mean)), 2.0 * least_sigma, most_sigma / 2.0);
  }

  std::vector<double> y_;
  std::vector<Epoch> epochs_;
  std::vector<double> recency_;
  double total_recency_ = 0.0;
  Epoch second_, last_;
  std::vector<Component> components_;
  std::size_t parameters_ = 0;
  std::array<Parameters, family_count> ready_{};
  std::vector<double> mixture_;
};

// Around the fit, each walker within the density: a fit on the prior's edge leaves half of a ball outside.
std::vector<double> ball_around(const std::vector<double>& start, std::size_t walkers, stats::Draws& draws, Posterior& posterior) {
  std::vector<double> out;
  std::vector<double> walker(start.size());
  for (std::size_t k = 0; k < walkers; ++k) {
    for (int attempt = 0; attempt < 100; ++attempt) {
      for (std::size_t i = 0; i < start.size(); ++i) walker[i] = start[i] + ball * draws.normal();
      if (posterior(walker.data()) > outside) break;
    }
    out.insert(out.end(), walker.begin(), walker.end());
  }
  return out;
}

}  // namespace

LceResult extrapolate(const LceRequest& request, Progress& progress) {
  progress.total = request.samples;
  Posterior posterior(request);
  LceResult result;
  result.families = posterior.components();
  if (result.families == 0) return result;
  stats::Draws draws(request.seed);
  EnsembleSettings settings{posterior.dimension(), std::max(request.walkers, 2 * posterior.dimension()), request.samples};
  settings.walkers += settings.walkers % 2;
  auto positions = ball_around(posterior.start(), settings.walkers, draws, posterior);
  double sum = 0.0;
  result.accepted = walk(settings, positions, draws, progress, [&](const double* theta) { return posterior(theta); }, [&](std::size_t sample, std::span<const double> at) {
    if (sample < request.burn_in || (sample - request.burn_in) % request.thin != 0) return;
    for (std::size_t k = 0; k < settings.walkers; ++k) {
      const double* theta = at.data() + k * settings.dimension;
      const double end = posterior.end(theta);
      sum += end;
      result.ends.push_back(end + posterior.sigma(theta) * draws.normal());
    }
  });
  result.mean = sum / static_cast<double>(std::max<std::size_t>(1, result.ends.size()));
  std::sort(result.ends.begin(), result.ends.end());
  return result;
}

}  // namespace foretell::curves
