// The least that a C++ test needs: named tests, checks that print both values, a seeded generator. Not a framework.
#pragma once

#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace check {

struct Test {
  std::string name;
  std::function<void()> body;
};

inline std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

inline int& failures() {
  static int count = 0;
  return count;
}

struct Register {
  Register(std::string name, std::function<void()> body) { tests().push_back({std::move(name), std::move(body)}); }
};

inline void that(bool holds, const char* what, const char* file, int line) {
  if (holds) return;
  ++failures();
  std::printf("  %s:%d: does not hold: %s\n", file, line, what);
}

inline void near(double got, double want, double allowed, const char* what, const char* file, int line) {
  if (std::abs(got - want) <= allowed) return;
  ++failures();
  std::printf("  %s:%d: %s: got %.17g, want %.17g, allowed %.3g\n", file, line, what, got, want, allowed);
}

inline std::vector<double> gaussian(std::size_t n, unsigned seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<double> out(n);
  for (double& v : out) v = normal(engine);
  return out;
}

}  // namespace check

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define TEST(name, ...) static const check::Register CONCAT(registered_, __LINE__)(name, __VA_ARGS__)
#define CHECK(holds) check::that((holds), #holds, __FILE__, __LINE__)
#define NEAR(got, want, allowed) check::near((got), (want), (allowed), #got, __FILE__, __LINE__)
