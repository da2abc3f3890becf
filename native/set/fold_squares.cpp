#include "set/fold_squares.hpp"

#include <algorithm>

namespace foretell::set {

namespace {

double squares_of(const Request& request, std::span<const double> y, std::int32_t fold) {
  double sum = 0.0, squares = 0.0, count = 0.0;
  for (std::size_t t = 0; t < y.size(); ++t) {
    if (request.folds[t] != fold) continue;
    sum += y[t];
    squares += y[t] * y[t];
    ++count;
  }
  return count > 0.0 ? std::max(0.0, squares - sum * sum / count) : 0.0;
}

}  // namespace

std::vector<double> fold_squares(const Request& request, std::span<const double> y) {
  std::vector<double> out;
  const std::int32_t last = *std::max_element(request.folds.begin(), request.folds.end());
  for (std::int32_t fold = 0; fold <= last; ++fold) out.push_back(squares_of(request, y, fold));
  return out;
}

double r_squared(double errors, double squares) {
  if (squares > 0.0) return 1.0 - errors / squares;
  return errors <= 0.0 ? 1.0 : 0.0;
}

}  // namespace foretell::set
