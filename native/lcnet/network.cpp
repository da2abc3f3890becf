#include "lcnet/network.hpp"

#include <algorithm>
#include <cmath>

#include "simd/loops.hpp"

namespace foretell::lcnet {

namespace {

constexpr std::size_t at_weights = basis_parameters, at_asymptote = basis_parameters + basis_count, at_noise = at_asymptote + 1;
constexpr double first_log_variance = -6.0;

double sigmoid(double u) { return 1.0 / (1.0 + std::exp(-u)); }

}  // namespace

Network::Network(std::size_t columns) : columns_(columns), errors_(hidden), lower_errors_(hidden) {
  std::size_t inputs = columns;
  for (std::size_t l = 0; l <= layers; ++l) {
    const std::size_t units = l < layers ? hidden : outputs, stride = simd::padded(inputs);
    shape_.push_back({inputs, stride, units, total_, total_ + units * stride});
    total_ += units * stride + simd::padded(units);
    activations_.emplace_back(stride, 0.0);
    inputs = units;
  }
}

std::vector<double> Network::start(stats::Draws& draws) const {
  std::vector<double> out(total_, 0.0);
  for (const auto& layer : shape_) {
    const double scale = 1.0 / std::sqrt(static_cast<double>(std::max<std::size_t>(1, layer.inputs)));
    for (std::size_t u = 0; u < layer.units; ++u) {
      for (std::size_t i = 0; i < layer.inputs; ++i) out[layer.weights + u * layer.stride + i] = scale * draws.normal();
    }
  }
  out[shape_.back().biases + at_noise] = first_log_variance;
  return out;
}

Answer Network::forward(std::span<const double> p, std::span<const double> x, double t) {
  const auto& loops = simd::loops();
  std::copy(x.begin(), x.end(), activations_[0].begin());
  for (std::size_t l = 0; l <= layers; ++l) {
    const auto& layer = shape_[l];
    double* out = l < layers ? activations_[l + 1].data() : head_;
    for (std::size_t u = 0; u < layer.units; ++u) {
      const double sum = p[layer.biases + u] + loops.dot(p.data() + layer.weights + u * layer.stride, activations_[l].data(), layer.stride);
      out[u] = l < layers ? std::tanh(sum) : sum;
    }
  }
  for (std::size_t k = 0; k < basis_parameters; ++k) theta_[k] = std::clamp(sigmoid(head_[k]), 1e-6, 1.0 - 1e-6);
  const double largest = *std::max_element(head_ + at_weights, head_ + at_weights + basis_count);
  double total = 0.0;
  for (std::size_t k = 0; k < basis_count; ++k) total += weights_[k] = std::exp(head_[at_weights + k] - largest);
  basis(theta_, t, values_, slopes_);
  asymptote_ = sigmoid(head_[at_asymptote]);
  double mean = asymptote_;
  for (std::size_t k = 0; k < basis_count; ++k) mean += (weights_[k] /= total) * values_[k];
  return {mean, head_[at_noise]};
}

void Network::backward(std::span<const double> p, double by_mean, double by_log_variance, std::span<double> gradient) {
  const auto& loops = simd::loops();
  double curve = 0.0;
  for (std::size_t k = 0; k < basis_count; ++k) curve += weights_[k] * values_[k];
  std::vector<double>& errors = errors_;
  std::fill(errors.begin(), errors.end(), 0.0);
  for (std::size_t k = 0; k < basis_count; ++k) {
    for (std::size_t j = basis_begin[k]; j < basis_begin[k + 1]; ++j) errors[j] = by_mean * weights_[k] * slopes_[j] * theta_[j] * (1.0 - theta_[j]);
    errors[at_weights + k] = by_mean * weights_[k] * (values_[k] - curve);
  }
  errors[at_asymptote] = by_mean * asymptote_ * (1.0 - asymptote_);
  errors[at_noise] = by_log_variance;
  for (std::size_t l = layers + 1; l-- > 0;) {
    const auto& layer = shape_[l];
    const auto& input = activations_[l];
    std::fill(lower_errors_.begin(), lower_errors_.end(), 0.0);
    for (std::size_t u = 0; u < layer.units; ++u) {
      gradient[layer.biases + u] += errors[u];
      loops.axpy(gradient.data() + layer.weights + u * layer.stride, input.data(), errors[u], layer.stride);
      if (l > 0) loops.axpy(lower_errors_.data(), p.data() + layer.weights + u * layer.stride, errors[u], layer.stride);
    }
    if (l == 0) break;
    for (std::size_t i = 0; i < layer.inputs; ++i) errors[i] = lower_errors_[i] * (1.0 - input[i] * input[i]);
  }
}

}  // namespace foretell::lcnet
