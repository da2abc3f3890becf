// JavaScript values to C++ structures and back. JavaScript has validated (lengths, finiteness, ranges): here is only reading and writing.
// Field names are those of src/predict/native/types.ts. Not here: threads (job.hpp), algorithms.
#pragma once

#include <napi.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chain/chain.hpp"
#include "model/model.hpp"
#include "set/srm_set.hpp"

namespace foretell::marshal {

inline std::span<double> doubles(const Napi::Value& v) {
  auto array = v.As<Napi::Float64Array>();
  return {array.Data(), array.ElementLength()};
}

inline std::vector<double> copied(const Napi::Value& v) {
  const auto s = doubles(v);
  return {s.begin(), s.end()};
}

inline double number(const Napi::Object& o, const char* key) { return o.Get(key).As<Napi::Number>().DoubleValue(); }
inline std::size_t count(const Napi::Object& o, const char* key) { return static_cast<std::size_t>(o.Get(key).As<Napi::Number>().Int64Value()); }
inline bool flag(const Napi::Object& o, const char* key) { return o.Get(key).As<Napi::Boolean>().Value(); }
inline std::string text(const Napi::Object& o, const char* key) { return o.Get(key).As<Napi::String>().Utf8Value(); }
inline double number_or(const Napi::Object& o, const char* key, double otherwise) {
  const Napi::Value v = o.Get(key);
  return v.IsNumber() ? v.As<Napi::Number>().DoubleValue() : otherwise;
}

inline Napi::Float64Array array_of(Napi::Env env, std::span<const double> values) {
  auto out = Napi::Float64Array::New(env, values.size());
  std::copy(values.begin(), values.end(), out.Data());
  return out;
}

template <class Array, class T>
Array numbers_of(Napi::Env env, const std::vector<T>& values) {
  auto out = Array::New(env, values.size());
  std::copy(values.begin(), values.end(), out.Data());
  return out;
}

template <class Array>
auto span_of(const Napi::Value& v) {
  auto array = v.As<Array>();
  return std::span(array.Data(), array.ElementLength());
}

inline const char* name_of(Form form) { return form == Form::linear ? "linear" : form == Form::rbf ? "rbf" : "trees"; }

inline Form form_of(const std::string& name) { return name == "linear" ? Form::linear : name == "rbf" ? Form::rbf : Form::trees; }

inline void set_trees(Napi::Env env, Napi::Object& out, const Model& m) {
  out.Set("weight", m.tree_weight);
  out.Set("feature", numbers_of<Napi::Int32Array>(env, m.trees.feature));
  out.Set("left", numbers_of<Napi::Int32Array>(env, m.trees.left));
  out.Set("split", numbers_of<Napi::Float32Array>(env, m.trees.split));
  out.Set("roots", numbers_of<Napi::Int32Array>(env, m.trees.roots));
}

inline Napi::Object object_of(Napi::Env env, const Model& m) {
  auto out = Napi::Object::New(env);
  out.Set("form", name_of(m.form));
  out.Set("columns", static_cast<double>(m.scaling.center.size()));
  out.Set("center", array_of(env, m.scaling.center));
  out.Set("inverseScale", array_of(env, m.scaling.inverse_scale));
  out.Set("targetCenter", m.target.center);
  out.Set("targetScale", m.target.scale);
  out.Set("bias", m.bias);
  if (m.form == Form::linear) {
    out.Set("weights", array_of(env, m.weights));
  } else if (m.form == Form::trees) {
    set_trees(env, out, m);
  } else {
    out.Set("gamma", m.gamma);
    out.Set("coefficients", array_of(env, m.coefficients));
    out.Set("support", array_of(env, m.support));
  }
  return out;
}

// Borrows the arrays of the object: valid while the call lasts.
inline ModelView view_of(const Napi::Object& o) {
  ModelView m{};
  m.form = form_of(text(o, "form"));
  m.center = doubles(o.Get("center"));
  m.inverse_scale = doubles(o.Get("inverseScale"));
  m.target = {number(o, "targetCenter"), number(o, "targetScale")};
  m.bias = number(o, "bias");
  if (m.form == Form::linear) {
    m.weights = doubles(o.Get("weights"));
  } else if (m.form == Form::trees) {
    m.tree_weight = number(o, "weight");
    m.trees = {span_of<Napi::Int32Array>(o.Get("feature")), span_of<Napi::Int32Array>(o.Get("left")), span_of<Napi::Float32Array>(o.Get("split")),
               span_of<Napi::Int32Array>(o.Get("roots"))};
  } else {
    m.gamma = number(o, "gamma");
    m.coefficients = doubles(o.Get("coefficients"));
    m.support = doubles(o.Get("support"));
  }
  return m;
}

inline set::Draw draw_of(const Napi::Object& o) {
  const auto whole = [&](const char* key) { return static_cast<std::uint64_t>(number_or(o, key, 0.0)); };
  return {number_or(o, "c", 0.0), number_or(o, "nu", 0.0), number_or(o, "gamma", 0.0), number_or(o, "lambda", 0.0), whole("trees"), whole("seed"),
          number_or(o, "fraction", 1.0), whole("depth"), number_or(o, "shrinkage", 0.0), number_or(o, "subsample", 1.0)};
}

inline set::Kind kind_of(const std::string& name) {
  if (name == "svr-rbf") return set::Kind::svr_rbf;
  if (name == "svr-linear") return set::Kind::svr_linear;
  if (name == "krr") return set::Kind::krr;
  if (name == "rf") return set::Kind::forest;
  if (name == "gbt") return set::Kind::boost;
  return name == "ridge" ? set::Kind::ridge : set::Kind::ols;
}

inline set::Request request_of(const Napi::Object& o) {
  set::Request out;
  out.kind = kind_of(text(o, "kind"));
  out.target = copied(o.Get("target"));
  const auto taus = o.Get("taus").As<Napi::Array>();
  for (std::uint32_t k = 0; k < taus.Length(); ++k) {
    const auto tau = taus.Get(k).As<Napi::Object>();
    out.taus.push_back({copied(tau.Get("values")), count(tau, "columns")});
  }
  const auto draws = o.Get("draws").As<Napi::Array>();
  for (std::uint32_t k = 0; k < draws.Length(); ++k) out.draws.push_back(draw_of(draws.Get(k).As<Napi::Object>()));
  const auto folds = o.Get("folds").As<Napi::Int32Array>();
  out.folds.assign(folds.Data(), folds.Data() + folds.ElementLength());
  out.threads = count(o, "threads");
  out.tolerance = number(o, "tolerance");
  return out;
}

inline Napi::Object object_of(Napi::Env env, const set::Fit& fit) {
  auto out = Napi::Object::New(env);
  out.Set("model", object_of(env, fit.model));
  out.Set("draw", fit.draw);
  out.Set("score", fit.score);
  out.Set("looResiduals", array_of(env, fit.loo_residuals));
  out.Set("rank", fit.rank);
  out.Set("converged", fit.converged);
  return out;
}

inline Napi::Object object_of(Napi::Env env, const set::Result& result) {
  auto fits = Napi::Array::New(env, result.fits.size());
  for (std::uint32_t k = 0; k < fits.Length(); ++k) fits.Set(k, object_of(env, result.fits[k]));
  auto out = Napi::Object::New(env);
  out.Set("fits", fits);
  out.Set("seconds", result.seconds);
  out.Set("iterations", static_cast<double>(result.iterations));
  return out;
}

// Borrows the arrays of the object: valid while the call lasts.
inline chain::Runs runs_of(const Napi::Object& o) {
  return {doubles(o.Get("scores")), count(o, "points"), doubles(o.Get("columns")), count(o, "columnCount")};
}

inline Napi::Object object_of(Napi::Env env, const chain::DrawnStep& step, double penalty) {
  auto out = Napi::Object::New(env);
  out.Set("center", array_of(env, step.center));
  out.Set("inverseScale", array_of(env, step.inverse_scale));
  out.Set("bias", array_of(env, step.bias));
  out.Set("weights", array_of(env, step.weights));
  out.Set("noise", array_of(env, step.noise));
  out.Set("penalty", penalty);
  return out;
}

inline chain::DrawnView drawn_of(const Napi::Object& o) {
  return {doubles(o.Get("center")), doubles(o.Get("inverseScale")), doubles(o.Get("bias")), doubles(o.Get("weights")), doubles(o.Get("noise"))};
}

}  // namespace foretell::marshal
