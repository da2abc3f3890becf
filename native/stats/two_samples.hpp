// Are two samples of timings from one distribution, and by how much do they differ?
//
// Mann and Whitney 1947: U = #{(i, j): a_i > b_j} + #{a_i = b_j} / 2. Two-sided p-value: exact from the distribution of U under the null hypothesis
// (counts by the recurrence f(u; m, n) = f(u - n; m - 1, n) + f(u; m, n - 1)) where no two values are equal and both samples hold at most `exact_limit`
// values; else the normal approximation with the correction for ties and for continuity. The effect size is Cliff's delta = 2 U / (m n) - 1 (Cliff 1993):
// -1 where every a lies below every b. The ratio of medians b / a comes with a percentile bootstrap interval (Efron 1979), which needs no shape either.
// Deliberately not here: paired samples, one-sided tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace foretell::stats {

inline constexpr std::size_t exact_limit = 50;

struct RankTest {
  double u = 0.0;
  double p = 1.0;
  double delta = 0.0;
  bool exact = false;
};

// Both samples hold at least one value, all finite.
RankTest mann_whitney(std::span<const double> a, std::span<const double> b);

struct Interval {
  double ratio = 0.0;  // median(b) / median(a)
  double low = 0.0;    // 2.5 % and 97.5 % of the resampled ratios
  double high = 0.0;
};

// Positive values; the same seed gives the same interval on every platform.
Interval median_ratio(std::span<const double> a, std::span<const double> b, std::size_t resamples, std::uint64_t seed);

}  // namespace foretell::stats
