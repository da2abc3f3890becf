#include <cmath>
#include <numeric>

#include "chain/chain.hpp"
#include "stats/draws.hpp"

namespace foretell::chain {

namespace {

// Finaliser of splitmix64 (Steele, Lea and Flood 2014): every bit of the counter reaches every bit of the answer.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// The residual that each particle adds at one step: all residuals about equally often, in an order that is a hash of (seed, step).
simd::Doubles noise_of(std::span<const double> residuals, double factor, std::size_t particles, std::uint64_t key) {
  const std::size_t n = residuals.size();
  if (n == 0) return {};
  std::vector<std::size_t> order(particles);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = particles; i > 1; --i) std::swap(order[i - 1], order[(mixed(key + i) >> 32) * i >> 32]);
  simd::Doubles out(simd::padded(particles), 0.0);
  const std::size_t start = (mixed(key) >> 32) * n >> 32;
  for (std::size_t p = 0; p < particles; ++p) out[p] = factor * residuals[(order[p] * n / particles + start) % n];
  return out;
}

// Each particle's own: `out` has a row of the bias or of a weight for every one of them.
void add_posterior(DrawnStep& out, const Step& step, const Particles& particles, std::uint64_t key) {
  const std::size_t d = step.weights.size(), stride = simd::padded(particles.count);
  stats::Draws draws(key);
  simd::Doubles along(stride, 0.0);
  for (std::size_t row = 0; row < step.spread.size(); row += 1 + d) {
    for (std::size_t p = 0; p < particles.count; ++p) along[p] = particles.posterior * draws.normal();
    simd::loops().axpy(out.bias.data(), along.data(), step.spread[row], stride);
    for (std::size_t k = 0; k < d; ++k) simd::loops().axpy(out.weights.data() + k * stride, along.data(), step.spread[row + 1 + k], stride);
  }
}

DrawnStep draw_step(const Step& step, const Particles& particles, std::uint64_t key) {
  const bool own = particles.posterior > 0.0;
  const std::size_t each = own ? simd::padded(particles.count) : 1;
  const double n = static_cast<double>(step.residuals.size());
  DrawnStep out{step.center, step.inverse_scale, simd::Doubles(each, step.bias), {}, {}};
  out.noise = noise_of(step.residuals, own ? 1.0 : std::sqrt((n + 3.0) / (n - 1.0)), particles.count, key);
  for (const double w : step.weights) out.weights.insert(out.weights.end(), each, w);
  if (own) add_posterior(out, step, particles, key);
  return out;
}

}  // namespace

std::vector<DrawnStep> draw(std::span<const Step> steps, const Particles& particles) {
  std::vector<DrawnStep> out;
  for (std::size_t k = 0; k < steps.size(); ++k) out.push_back(draw_step(steps[k], particles, mixed(particles.seed) ^ mixed(k + 1)));
  return out;
}

}  // namespace foretell::chain
