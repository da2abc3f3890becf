#include "lcnet/basis.hpp"

#include <cmath>

namespace foretell::lcnet {

namespace {

double sigmoid(double u) { return 1.0 / (1.0 + std::exp(-u)); }

double vapor_pressure(const double* p, double t, double log_t, double* slope) {
  const double here = std::exp(-p[0] - 0.1 * p[1] / t - 0.1 * p[2] * log_t), end = std::exp(-p[0] - 0.1 * p[1]);
  slope[0] = end - here;
  slope[1] = 0.1 * (end - here / t);
  slope[2] = -0.1 * log_t * here;
  return here - end;
}

double power(const double* p, double log_t, double* slope) {
  const double raised = std::exp(p[1] * log_t);
  slope[0] = raised - 1.0;
  slope[1] = p[0] * raised * log_t;
  return p[0] * (raised - 1.0);
}

double log_power(const double* p, double log_t, double* slope) {
  const double b = 0.1 * p[1];
  const double end = sigmoid(p[2] * b), here = sigmoid(p[2] * (b - log_t));
  const double by_end = end * (1.0 - end), by_here = here * (1.0 - here);
  slope[0] = 2.0 * (end - here);
  slope[1] = 0.2 * p[0] * p[2] * (by_end - by_here);
  slope[2] = 2.0 * p[0] * (by_end * b - by_here * (b - log_t));
  return 2.0 * p[0] * (end - here);
}

double exponential(const double* p, double t, double* slope) {
  const double end = std::exp(-10.0 * p[1]), here = std::exp(-10.0 * p[1] * t);
  slope[0] = end - here;
  slope[1] = 10.0 * p[0] * (t * here - end);
  return p[0] * (end - here);
}

double hill3(const double* p, double log_t, double* slope) {
  const double log_c = std::log(p[2]);
  const double here = sigmoid(p[1] * (log_t - log_c)), end = sigmoid(-p[1] * log_c);
  const double by_here = here * (1.0 - here), by_end = end * (1.0 - end);
  slope[0] = here - end;
  slope[1] = p[0] * (by_here * (log_t - log_c) + by_end * log_c);
  slope[2] = p[0] * p[1] / p[2] * (by_end - by_here);
  return p[0] * (here - end);
}

}  // namespace

void basis(const double* theta, double t, double* values, double* slopes) {
  const double log_t = std::log(t);
  values[0] = vapor_pressure(theta + basis_begin[0], t, log_t, slopes + basis_begin[0]);
  values[1] = power(theta + basis_begin[1], log_t, slopes + basis_begin[1]);
  values[2] = log_power(theta + basis_begin[2], log_t, slopes + basis_begin[2]);
  values[3] = exponential(theta + basis_begin[3], t, slopes + basis_begin[3]);
  values[4] = hill3(theta + basis_begin[4], log_t, slopes + basis_begin[4]);
}

}  // namespace foretell::lcnet
