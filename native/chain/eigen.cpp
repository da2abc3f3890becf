#include "chain/eigen.hpp"

#include <cmath>

namespace foretell::chain {

namespace {

constexpr int sweep_limit = 50;
constexpr double negligible = 1e-30;  // of the squared norm

struct Matrix {
  std::vector<double>& values;
  std::size_t size;
  double& at(std::size_t i, std::size_t j) { return values[i * size + j]; }
};

double off_diagonal(Matrix a) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size; ++i) {
    for (std::size_t j = i + 1; j < a.size; ++j) sum += a.at(i, j) * a.at(i, j);
  }
  return sum;
}

void rotate_rows(Matrix m, std::size_t p, std::size_t q, double cosine, double sine) {
  for (std::size_t k = 0; k < m.size; ++k) {
    const double x = m.at(p, k), y = m.at(q, k);
    m.at(p, k) = cosine * x - sine * y;
    m.at(q, k) = sine * x + cosine * y;
  }
}

void rotate_columns(Matrix m, std::size_t p, std::size_t q, double cosine, double sine) {
  for (std::size_t k = 0; k < m.size; ++k) {
    const double x = m.at(k, p), y = m.at(k, q);
    m.at(k, p) = cosine * x - sine * y;
    m.at(k, q) = sine * x + cosine * y;
  }
}

// Makes A_pq zero.
void annihilate(Matrix a, Matrix vectors, std::size_t p, std::size_t q) {
  const double apq = a.at(p, q);
  if (apq == 0.0) return;
  const double zeta = (a.at(q, q) - a.at(p, p)) / (2.0 * apq);
  const double tangent = (zeta >= 0.0 ? 1.0 : -1.0) / (std::abs(zeta) + std::sqrt(1.0 + zeta * zeta));
  const double cosine = 1.0 / std::sqrt(1.0 + tangent * tangent), sine = cosine * tangent;
  rotate_rows(a, p, q, cosine, sine);
  rotate_columns(a, p, q, cosine, sine);
  rotate_rows(vectors, p, q, cosine, sine);
}

}  // namespace

Eigen eigen_of(std::vector<double> values, std::size_t size) {
  Eigen out{std::vector<double>(size), std::vector<double>(size * size, 0.0)};
  Matrix a{values, size}, vectors{out.vectors, size};
  double norm = 0.0;
  for (const double v : values) norm += v * v;
  for (std::size_t i = 0; i < size; ++i) vectors.at(i, i) = 1.0;
  for (int sweep = 0; sweep < sweep_limit && off_diagonal(a) > negligible * norm; ++sweep) {
    for (std::size_t p = 0; p + 1 < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) annihilate(a, vectors, p, q);
    }
  }
  for (std::size_t i = 0; i < size; ++i) out.values[i] = a.at(i, i);
  return out;
}

}  // namespace foretell::chain
