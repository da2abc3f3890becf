// Adds the curve models to the addon's exports.
#pragma once

#include <napi.h>

namespace foretell::exports {

void add_curves(Napi::Env env, Napi::Object exports);

}  // namespace foretell::exports
