// Bodies of simd/loops.hpp, included by one file an instruction set; everything has internal linkage, so no AVX2 code can be
// picked by the linker for a baseline caller. Standard headers are included before the target pragma, never here.
// Vectors are GCC/Clang vector extensions: four doubles lower to one AVX2, two SSE2 or two NEON registers.

#pragma GCC diagnostic ignored "-Wpsabi"

namespace {

using Vector = double __attribute__((vector_size(32)));
using Mask = std::int64_t __attribute__((vector_size(32)));

#define FORETELL_INLINE inline __attribute__((always_inline))

FORETELL_INLINE Vector load(const double* p) {
  Vector v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}
FORETELL_INLINE void store(double* p, Vector v) { __builtin_memcpy(p, &v, sizeof v); }
FORETELL_INLINE Mask load_mask(const std::int64_t* p) {
  Mask m;
  __builtin_memcpy(&m, p, sizeof m);
  return m;
}
FORETELL_INLINE Vector fill(double x) { return Vector{x, x, x, x}; }
FORETELL_INLINE Vector as_vector(Mask m) {
  Vector v;
  __builtin_memcpy(&v, &m, sizeof v);
  return v;
}
FORETELL_INLINE Mask as_mask(Vector v) {
  Mask m;
  __builtin_memcpy(&m, &v, sizeof m);
  return m;
}

constexpr double infinity = __builtin_huge_val();

// A running maximum with its index a lane; ties keep the smaller index.
struct Best {
  Vector value;
  Mask index;

  // Written out: an implicit constructor would not carry the target of this file.
  FORETELL_INLINE Best() : value(fill(-infinity)), index(Mask{-1, -1, -1, -1}) {}

  FORETELL_INLINE void offer(Vector candidate, Mask allowed, Mask at) {
    const Mask better = (candidate > value) & allowed;
    value = better ? candidate : value;
    index = better ? at : index;
  }
  FORETELL_INLINE std::int64_t winner(double* out) const {
    double top = -infinity;
    std::int64_t at = -1;
    for (int lane = 0; lane < 4; ++lane) {
      if (index[lane] < 0) continue;
      if (value[lane] > top || (value[lane] == top && index[lane] < at)) {
        top = value[lane];
        at = index[lane];
      }
    }
    *out = top;
    return at;
  }
};

FORETELL_INLINE double largest(Vector v) {
  const double a = v[0] > v[1] ? v[0] : v[1];
  const double b = v[2] > v[3] ? v[2] : v[3];
  return a > b ? a : b;
}

Leaders update_and_lead(const Dual& s, const double* row_i, const double* row_j, double step) {
  const Vector factor = fill(step);
  Best plain, star;
  Mask at = {0, 1, 2, 3};
  for (std::size_t t = 0; t < s.stride; t += 4, at += 4) {
    const Vector g = load(s.gradient + t) + factor * (load(row_i + t) - load(row_j + t));
    store(s.gradient + t, g);
    plain.offer(-g, load_mask(s.can_rise + t), at);
    star.offer(g, load_mask(s.star_can_rise + t), at);
  }
  double ignored;
  return {plain.winner(&ignored), star.winner(&ignored)};
}

// Curvature of a direction that is flat (duplicate rows): libsvm's tau, so that the step runs into the box.
constexpr double flat_curvature = 1e-12;

// One group's half of choose_partners: offers gain where the violation is positive.
struct PartnerSearch {
  Best best;
  Vector gap;

  FORETELL_INLINE PartnerSearch() : gap(fill(-infinity)) {}

  FORETELL_INLINE void offer(Vector violation, Mask allowed, Vector curvature, Mask at) {
    const Vector floor = fill(flat_curvature);
    const Vector safe = curvature > floor ? curvature : floor;
    const Mask violating = allowed & (violation > fill(0.0));
    best.offer(violation * violation / safe, violating, at);
    const Vector masked = allowed ? violation : fill(-infinity);
    gap = masked > gap ? masked : gap;
  }
  FORETELL_INLINE Partner result() const {
    Partner out;
    out.index = best.winner(&out.gain);
    out.gap = largest(gap);
    return out;
  }
};

Partners choose_partners(const Dual& s, Leaders lead, const double* row_plain, const double* row_star) {
  const bool has_plain = lead.plain >= 0;
  const bool has_star = lead.star >= 0;
  const std::size_t i = has_plain ? static_cast<std::size_t>(lead.plain) : 0;
  const std::size_t k = has_star ? static_cast<std::size_t>(lead.star) : 0;
  const Vector g_plain = fill(has_plain ? s.gradient[i] : infinity);
  const Vector g_star = fill(has_star ? s.gradient[k] : -infinity);
  const Vector d_plain = fill(s.diagonal[i]);
  const Vector d_star = fill(s.diagonal[k]);
  PartnerSearch plain, star;
  Mask at = {0, 1, 2, 3};
  for (std::size_t t = 0; t < s.stride; t += 4, at += 4) {
    const Vector g = load(s.gradient + t);
    const Vector d = load(s.diagonal + t);
    const Vector r = load(row_plain + t);
    const Vector q = load(row_star + t);
    plain.offer(g - g_plain, load_mask(s.can_fall + t), d + d_plain - (r + r), at);
    star.offer(g_star - g, load_mask(s.star_can_fall + t), d + d_star - (q + q), at);
  }
  return {plain.result(), star.result()};
}

FORETELL_INLINE double sum_of(Vector v) { return (v[0] + v[2]) + (v[1] + v[3]); }

double dot(const double* a, const double* b, std::size_t length) {
  Vector even = fill(0.0), odd = fill(0.0);
  double tail = 0.0;
  std::size_t t = 0;
  for (; t + 8 <= length; t += 8) {
    even += load(a + t) * load(b + t);
    odd += load(a + t + 4) * load(b + t + 4);
  }
  for (; t < length; ++t) tail += a[t] * b[t];
  return sum_of(even + odd) + tail;
}

double squared_distance(const double* a, const double* b, std::size_t length) {
  Vector even = fill(0.0), odd = fill(0.0);
  double tail = 0.0;
  std::size_t t = 0;
  for (; t + 8 <= length; t += 8) {
    const Vector u = load(a + t) - load(b + t);
    const Vector v = load(a + t + 4) - load(b + t + 4);
    even += u * u;
    odd += v * v;
  }
  for (; t < length; ++t) tail += (a[t] - b[t]) * (a[t] - b[t]);
  return sum_of(even + odd) + tail;
}

// Right-looking, by rows: each pivot row is subtracted from the rows below it without a single horizontal sum. Vectors begin at a
// lane boundary, so they also touch entries left of the diagonal, which nobody reads.
bool cholesky(double* a, std::size_t n, std::size_t stride) {
  for (std::size_t k = 0; k < n; ++k) {
    double* pivot = a + k * stride;
    if (!(pivot[k] > 0.0)) return false;
    const Vector inverse = fill(1.0 / __builtin_sqrt(pivot[k]));
    for (std::size_t t = k / 4 * 4; t < stride; t += 4) store(pivot + t, load(pivot + t) * inverse);
    for (std::size_t i = k + 1; i < n; ++i) {
      double* row = a + i * stride;
      const Vector factor = fill(pivot[i]);
      for (std::size_t t = i / 4 * 4; t < stride; t += 4) store(row + t, load(row + t) - factor * load(pivot + t));
    }
  }
  return true;
}

void solve_cholesky(const double* a, std::size_t n, std::size_t stride, double* x) {
  for (std::size_t k = 0; k < n; ++k) {
    const double* row = a + k * stride;
    x[k] /= row[k];
    const Vector factor = fill(x[k]);
    std::size_t t = k + 1;
    for (; t + 4 <= n; t += 4) store(x + t, load(x + t) - load(row + t) * factor);
    for (; t < n; ++t) x[t] -= row[t] * x[k];
  }
  for (std::size_t k = n; k > 0; --k) {
    const double* row = a + (k - 1) * stride;
    x[k - 1] = (x[k - 1] - dot(row + k, x + k, n - k)) / row[k - 1];
  }
}

void rotate(double* a, double* b, double cosine, double sine, std::size_t stride) {
  const Vector c = fill(cosine), s = fill(sine);
  for (std::size_t t = 0; t < stride; t += 4) {
    const Vector x = load(a + t), y = load(b + t);
    store(a + t, c * x - s * y);
    store(b + t, s * x + c * y);
  }
}

void axpy(double* y, const double* x, double factor, std::size_t stride) {
  const Vector f = fill(factor);
  for (std::size_t t = 0; t < stride; t += 4) store(y + t, load(y + t) + f * load(x + t));
}

void add_clamped(double* y, const double* x, const double* minus, double center, double inverse_scale, double cut, const double* weight, std::size_t stride) {
  const Vector c = fill(center), s = fill(inverse_scale), high = fill(cut), low = fill(-cut);
  for (std::size_t t = 0; t < stride; t += 4) {
    const Vector value = minus == nullptr ? load(x + t) : load(x + t) - load(minus + t);
    const Vector z = (value - c) * s;
    const Vector upper = z > high ? high : z;
    store(y + t, load(y + t) + load(weight + t) * (upper < low ? low : upper));
  }
}

// exp(x) for -708 <= x <= 0: x = k ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite's two-part ln 2), a Taylor polynomial of
// degree 13 in r (remainder below 5e-18), and 2^k added to the exponent field.
FORETELL_INLINE Vector exp_of(Vector x) {
  const Vector magic = fill(0x1.8p52);
  const Vector shifted = x * fill(1.44269504088896340736) + magic;
  const Vector k = shifted - magic;
  const Vector r = (x - k * fill(0x1.62e42feep-1)) - k * fill(0x1.a39ef35793c76p-33);
  constexpr double coefficient[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
                                    1.0 / 720,        1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1.0,         1.0};
  Vector p = fill(coefficient[0]);
  for (int term = 1; term < 14; ++term) p = p * r + fill(coefficient[term]);
  const Mask exponent = as_mask(shifted) << 52;
  return as_vector(as_mask(p) + exponent);
}

void exp_negative(double* out, const double* d, double gamma, std::size_t stride) {
  const Vector minus_gamma = fill(-gamma);
  const Vector lowest = fill(-708.0);
  for (std::size_t t = 0; t < stride; t += 4) {
    const Vector x = minus_gamma * load(d + t);
    const Mask vanishes = x < lowest;
    const Vector e = exp_of(vanishes ? lowest : x);
    store(out + t, vanishes ? fill(0.0) : e);
  }
}

}  // namespace
