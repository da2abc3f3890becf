#include "svr/kernel.hpp"

#include <algorithm>

namespace foretell::svr {

namespace {

template <class Pair>
Rows symmetric(const Rows& z, Pair pair) {
  Rows out(z.count, z.count);
  for (std::size_t i = 0; i < z.count; ++i) {
    for (std::size_t j = 0; j <= i; ++j) out.row(i)[j] = out.row(j)[i] = pair(z.row(i), z.row(j));
  }
  return out;
}

}  // namespace

Rows inner_products(const Rows& z) {
  const auto& loops = simd::loops();
  return symmetric(z, [&](const double* a, const double* b) { return loops.dot(a, b, z.stride); });
}

Rows squared_distances(const Rows& z) {
  const auto& loops = simd::loops();
  return symmetric(z, [&](const double* a, const double* b) { return loops.squared_distance(a, b, z.stride); });
}

void rbf_from_distances(const Rows& distances, double gamma, Rows& out) {
  const auto& loops = simd::loops();
  const std::size_t n = distances.count, stride = distances.stride;
  for (std::size_t i = 0; i < n; ++i) {
    loops.exp_negative(out.row(i), distances.row(i), gamma, stride);
    std::fill(out.row(i) + n, out.row(i) + stride, 0.0);
  }
}

CachedKernel::CachedKernel(const Rows& z, Kernel kernel, double gamma, std::size_t budget)
    : z_(z), kernel_(kernel), gamma_(gamma), capacity_(std::max<std::size_t>(4, budget / (simd::padded(z.count) * sizeof(double)))) {}

const double* CachedKernel::row(std::size_t i) {
  if (const auto found = where_.find(i); found != where_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return recent_.front().values.data();
  }
  if (recent_.size() < capacity_) {
    recent_.push_front({i, simd::Doubles(simd::padded(z_.count), 0.0)});
  } else {
    recent_.splice(recent_.begin(), recent_, std::prev(recent_.end()));
    where_.erase(recent_.front().row);
    recent_.front().row = i;
  }
  where_[i] = recent_.begin();
  compute(i, recent_.front().values.data());
  return recent_.front().values.data();
}

void CachedKernel::compute(std::size_t i, double* out) const {
  const auto& loops = simd::loops();
  const bool linear = kernel_ == Kernel::linear;
  const auto pair = linear ? loops.dot : loops.squared_distance;
  const std::size_t stride = simd::padded(z_.count);
  for (std::size_t j = 0; j < z_.count; ++j) out[j] = pair(z_.row(i), z_.row(j), z_.stride);
  if (linear) return;
  loops.exp_negative(out, out, gamma_, stride);
  std::fill(out + z_.count, out + stride, 0.0);
}

std::vector<double> kernel_diagonal(const Rows& z, Kernel kernel) {
  std::vector<double> out(z.count, 1.0);
  if (kernel == Kernel::rbf) return out;
  for (std::size_t i = 0; i < z.count; ++i) out[i] = simd::loops().dot(z.row(i), z.row(i), z.stride);
  return out;
}

}  // namespace foretell::svr
