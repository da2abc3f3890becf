#include "curves/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "stats/draws.hpp"

namespace foretell::curves {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int most_iterations = 200;
constexpr double least_gain = 1e-12;  // relative, of the loss: the end of a descent
constexpr double first_damping = 1e-3;
constexpr double most_damping = 1e12;
constexpr double spread = 0.7;  // of the logarithm of a start's parameters

// The lower triangle of J'WJ, and J'W(y - f).
struct Normal {
  double matrix[most_parameters][most_parameters]{};
  double right[most_parameters]{};
  double loss = 0.0;
};

double loss_of(Family family, const SeenCurve& curve, const Parameters& theta) {
  const auto ready = prepared(family, theta.data());
  double loss = 0.0;
  for (std::size_t i = 0; i < curve.y.size(); ++i) {
    const double miss = curve.y[i] - value(family, ready, curve.epochs[i]);
    loss += curve.weights[i] * miss * miss;
  }
  return std::isfinite(loss) ? loss : infinity;
}

Normal normal_of(Family family, const SeenCurve& curve, const Parameters& theta, std::size_t p) {
  Normal n;
  double g[most_parameters];
  for (std::size_t i = 0; i < curve.y.size(); ++i) {
    const double miss = curve.y[i] - gradient(family, theta.data(), curve.epochs[i], g), w = curve.weights[i];
    n.loss += w * miss * miss;
    for (std::size_t a = 0; a < p; ++a) {
      n.right[a] += w * g[a] * miss;
      for (std::size_t b = 0; b <= a; ++b) n.matrix[a][b] += w * g[a] * g[b];
    }
  }
  return n;
}

// Cholesky of the damped matrix; false where it is not positive definite.
bool solve(const Normal& n, std::size_t p, double damping, double* step) {
  double l[most_parameters][most_parameters]{};
  double largest = 0.0;
  for (std::size_t a = 0; a < p; ++a) largest = std::max(largest, n.matrix[a][a]);
  const double floor = largest * 1e-12 + std::numeric_limits<double>::min();
  for (std::size_t a = 0; a < p; ++a) {
    double rest = n.right[a];
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = n.matrix[a][b];
      if (a == b) sum += damping * std::max(n.matrix[a][a], floor);
      for (std::size_t k = 0; k < b; ++k) sum -= l[a][k] * l[b][k];
      if (a == b && !(sum > 0.0)) return false;
      l[a][b] = a == b ? std::sqrt(sum) : sum / l[b][b];
      if (b < a) rest -= l[a][b] * step[b];
    }
    step[a] = rest / l[a][a];
  }
  for (std::size_t a = p; a-- > 0;) {
    for (std::size_t k = a + 1; k < p; ++k) step[a] -= l[k][a] * step[k];
    step[a] /= l[a][a];
  }
  return true;
}

// The authors' values, then values around them; signs are kept, a parameter that starts at 0 is changed by an offset.
Parameters start_of(Family family, std::size_t number) {
  const Shape& shape = shape_of(family);
  Parameters start = shape.start;
  if (number == 0) return start;
  stats::Draws draws(0x5f3759dfULL + number);
  for (std::size_t k = 0; k < shape.parameters; ++k) {
    const double change = spread * draws.normal();
    start[k] = start[k] == 0.0 ? std::abs(change) : start[k] * std::exp(change);
  }
  return start;
}

}  // namespace

Fit levenberg_marquardt(Family family, const SeenCurve& curve, const Parameters& start) {
  const std::size_t p = shape_of(family).parameters;
  Fit at{start, loss_of(family, curve, start)};
  double damping = first_damping;
  for (int iteration = 0; iteration < most_iterations && at.loss < infinity && damping < most_damping; ++iteration) {
    const Normal normal = normal_of(family, curve, at.theta, p);
    double step[most_parameters]{};
    Fit next = at;
    next.loss = infinity;
    while (damping < most_damping) {
      if (solve(normal, p, damping, step)) {
        for (std::size_t a = 0; a < p; ++a) next.theta[a] = at.theta[a] + step[a];
        next.loss = loss_of(family, curve, next.theta);
        if (next.loss < at.loss) break;
      }
      damping *= 8.0;
    }
    if (!(next.loss < at.loss)) break;
    const bool still = at.loss - next.loss <= least_gain * at.loss;
    at = next;
    damping = std::max(damping / 5.0, 1e-12);
    if (still) break;
  }
  return at;
}

std::vector<Fit> fits(Family family, const SeenCurve& curve, std::size_t starts) {
  std::vector<Fit> out;
  for (std::size_t k = 0; k < starts; ++k) out.push_back(levenberg_marquardt(family, curve, start_of(family, k)));
  std::stable_sort(out.begin(), out.end(), [](const Fit& a, const Fit& b) { return a.loss < b.loss; });
  return out;
}

}  // namespace foretell::curves
