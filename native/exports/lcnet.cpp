// The addon's exports of LC-Net; src/predict/native/lcnet.ts is the only caller and has validated.
#include "exports/lcnet.hpp"

#include "job.hpp"
#include "lcnet/lcnet.hpp"
#include "marshal.hpp"

namespace foretell::exports {

namespace {

// {columns, x, curves, lengths, horizon}
lcnet::Runs runs_of(const Napi::Object& o) {
  lcnet::Runs runs{marshal::count(o, "columns"), marshal::copied(o.Get("x")), marshal::copied(o.Get("curves")), {}, marshal::number(o, "horizon")};
  const auto lengths = o.Get("lengths").As<Napi::Int32Array>();
  for (std::size_t k = 0; k < lengths.ElementLength(); ++k) runs.lengths.push_back(static_cast<std::size_t>(lengths[k]));
  return runs;
}

lcnet::SghmcSettings settings_of(const Napi::Object& o) { return {marshal::number(o, "rate"), marshal::number(o, "decay")}; }

// startLcnet({runs, steps, burnIn, batch, rate, decay, seed})
Napi::Value start_lcnet(const Napi::CallbackInfo& info) {
  const auto o = info[0].As<Napi::Object>();
  lcnet::FitRequest request{runs_of(o.Get("runs").As<Napi::Object>()), marshal::count(o, "steps"), marshal::count(o, "burnIn"), marshal::count(o, "batch"), settings_of(o), marshal::count(o, "seed")};
  return Job<lcnet::FitRequest, lcnet::SghmcState>::start(info.Env(), std::move(request), lcnet::fit, [](Napi::Env env, const lcnet::SghmcState& state) {
    auto out = Napi::Object::New(env);
    out.Set("parameters", marshal::array_of(env, state.parameters));
    out.Set("momentum", marshal::array_of(env, state.momentum));
    out.Set("square", marshal::array_of(env, state.square));
    return out;
  });
}

// continueLcnet({runs, state, x, curve, steps, settle, keepEvery, batch, rate, decay, seed})
Napi::Value continue_lcnet(const Napi::CallbackInfo& info) {
  const auto o = info[0].As<Napi::Object>();
  const auto state = o.Get("state").As<Napi::Object>();
  lcnet::PredictRequest request;
  request.runs = runs_of(o.Get("runs").As<Napi::Object>());
  request.state = {marshal::copied(state.Get("parameters")), marshal::copied(state.Get("momentum")), marshal::copied(state.Get("square"))};
  request.x = marshal::copied(o.Get("x"));
  request.curve = marshal::copied(o.Get("curve"));
  request.steps = marshal::count(o, "steps");
  request.settle = marshal::count(o, "settle");
  request.keep_every = marshal::count(o, "keepEvery");
  request.batch = marshal::count(o, "batch");
  request.settings = settings_of(o);
  request.seed = marshal::count(o, "seed");
  return Job<lcnet::PredictRequest, lcnet::Prediction>::start(info.Env(), std::move(request), lcnet::predict, [](Napi::Env env, const lcnet::Prediction& prediction) {
    auto out = Napi::Object::New(env);
    out.Set("mean", prediction.mean);
    out.Set("ends", marshal::array_of(env, prediction.ends));
    return out;
  });
}

}  // namespace

void add_lcnet(Napi::Env env, Napi::Object exports) {
  exports.Set("startLcnet", Napi::Function::New(env, start_lcnet));
  exports.Set("continueLcnet", Napi::Function::New(env, continue_lcnet));
}

}  // namespace foretell::exports
