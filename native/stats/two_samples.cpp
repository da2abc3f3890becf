#include "stats/two_samples.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace foretell::stats {

namespace {

struct Ranked {
  double u = 0.0;
  double ties = 0.0;  // sum of t^3 - t over groups of equal values
};

// One walk over the merged samples: a group of equal values shares its mean rank.
Ranked rank(std::span<const double> a, std::span<const double> b) {
  struct Item {
    double value;
    bool from_a;
  };
  std::vector<Item> items;
  items.reserve(a.size() + b.size());
  for (const double v : a) items.push_back({v, true});
  for (const double v : b) items.push_back({v, false});
  std::sort(items.begin(), items.end(), [](const Item& l, const Item& r) { return l.value < r.value; });
  double rank_sum = 0.0;
  Ranked out;
  for (std::size_t first = 0; first < items.size();) {
    std::size_t last = first;
    double of_a = 0.0;
    while (last < items.size() && items[last].value == items[first].value) of_a += items[last++].from_a ? 1.0 : 0.0;
    const auto tied = static_cast<double>(last - first);
    rank_sum += of_a * (static_cast<double>(first + last) + 1.0) / 2.0;
    out.ties += tied * tied * tied - tied;
    first = last;
  }
  const auto m = static_cast<double>(a.size());
  out.u = rank_sum - m * (m + 1.0) / 2.0;
  return out;
}

// P(U <= u) for samples of m and n values without ties. counts[j][k]: arrangements of i values against j with U = k, for the i of the outer loop.
double exact_tail(std::size_t m, std::size_t n, std::size_t u) {
  std::vector<std::vector<double>> counts(n + 1, std::vector<double>(u + 1, 0.0));
  for (auto& row : counts) row[0] = 1.0;
  for (std::size_t i = 1; i <= m; ++i) {
    std::vector<std::vector<double>> next(n + 1, std::vector<double>(u + 1, 0.0));
    next[0][0] = 1.0;
    for (std::size_t j = 1; j <= n; ++j) {
      for (std::size_t k = 0; k <= u; ++k) next[j][k] = next[j - 1][k] + (k >= j ? counts[j][k - j] : 0.0);
    }
    counts = std::move(next);
  }
  double log_all = 0.0;
  for (std::size_t i = 1; i <= m; ++i) log_all += std::log(static_cast<double>(n + i)) - std::log(static_cast<double>(i));
  double below = 0.0;
  for (const double count : counts[n]) below += count;
  return std::exp(std::log(below) - log_all);
}

double normal_p(double u, double ties, double m, double n) {
  const double all = m + n;
  const double variance = m * n / 12.0 * ((all + 1.0) - ties / (all * (all - 1.0)));
  if (!(variance > 0.0)) return 1.0;
  const double z = (std::abs(u - m * n / 2.0) - 0.5) / std::sqrt(variance);
  return std::min(1.0, std::erfc(z / std::numbers::sqrt2));
}

// splitmix64 (Steele, Lea and Flood 2014): std's distributions differ between libraries.
struct Generator {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // The bias of the modulus is below n / 2^64.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
};

double median(std::vector<double>& values) {
  const std::size_t half = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half), values.end());
  const double upper = values[half];
  if (values.size() % 2 == 1) return upper;
  return (upper + *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half))) / 2.0;
}

double resampled_median(std::span<const double> from, std::vector<double>& scratch, Generator& generator) {
  scratch.resize(from.size());
  for (double& value : scratch) value = from[generator.below(from.size())];
  return median(scratch);
}

}  // namespace

RankTest mann_whitney(std::span<const double> a, std::span<const double> b) {
  const auto m = static_cast<double>(a.size()), n = static_cast<double>(b.size());
  const Ranked ranked = rank(a, b);
  RankTest out{.u = ranked.u, .p = 1.0, .delta = 2.0 * ranked.u / (m * n) - 1.0, .exact = false};
  out.exact = ranked.ties == 0.0 && std::max(a.size(), b.size()) <= exact_limit;
  const double less = std::min(ranked.u, m * n - ranked.u);
  out.p = out.exact ? std::min(1.0, 2.0 * exact_tail(a.size(), b.size(), static_cast<std::size_t>(less))) : normal_p(ranked.u, ranked.ties, m, n);
  return out;
}

Interval median_ratio(std::span<const double> a, std::span<const double> b, std::size_t resamples, std::uint64_t seed) {
  std::vector<double> first(a.begin(), a.end()), second(b.begin(), b.end());
  Interval out;
  out.ratio = median(second) / median(first);
  std::vector<double> ratios(resamples);
  Generator generator{seed};
  for (double& ratio : ratios) {
    const double below = resampled_median(a, first, generator);
    ratio = resampled_median(b, second, generator) / below;
  }
  std::sort(ratios.begin(), ratios.end());
  const auto at = [&](double share) { return ratios[static_cast<std::size_t>(share * static_cast<double>(resamples - 1) + 0.5)]; };
  out.low = at(0.025);
  out.high = at(0.975);
  return out;
}

}  // namespace foretell::stats
