#include "lcnet/sghmc.hpp"

#include <algorithm>
#include <cmath>

namespace foretell::lcnet {

namespace {

constexpr double least = 1e-16;

}  // namespace

Sghmc::Sghmc(SghmcState state, SghmcSettings settings)
    : state_(std::move(state)), settings_(settings), window_(state_.parameters.size(), 1.0), average_(state_.parameters.size(), 1.0) {}

void Sghmc::step(std::span<const double> gradient, bool burning_in, stats::Draws& draws) {
  const auto [rate, decay] = settings_;
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    const double g = gradient[k];
    if (burning_in) {
      const double share = 1.0 / (window_[k] + 1.0);
      window_[k] += 1.0 - window_[k] * average_[k] * average_[k] / (state_.square[k] + least);
      average_[k] += share * (g - average_[k]);
      state_.square[k] += share * (g * g - state_.square[k]);
    }
    const double inverse = 1.0 / (std::sqrt(state_.square[k]) + least);
    const double variance = std::max(least, 2.0 * rate * decay * inverse - rate * rate);
    double& momentum = state_.momentum[k];
    momentum += -rate * inverse * g - decay * momentum + std::sqrt(variance) * draws.normal();
    state_.parameters[k] += momentum;
  }
}

}  // namespace foretell::lcnet
