// A host for tests: the fixtures of spec 02 section 19, and evaluation until nothing is needed.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "expression/context.h"
#include "expression/template.h"

namespace gyr::expression::testing {

/// Answers kv, secret, read, fileSize, fileExists, isFileEmpty, errorLogs and randomPort from the fixtures, for flow
/// `f` of namespace `company.team`, execution `E1`.
base::Result<base::Value> answer(const HostCall& call);

/// 2024-03-01T10:00:00.123456Z
Environment environment();

/// Evaluates repeatedly, each time with one more host result, until the outcome is a value or an error.
template <class Evaluate>
Outcome until_answered(Environment& environment, Evaluate evaluate) {
  constexpr int max_rounds = 100;
  for (int round = 0; round < max_rounds; ++round) {
    Outcome outcome = evaluate(environment);
    if (!outcome.asks_host() || outcome.needs().call.function.empty()) return outcome;
    environment.answers.push_back({outcome.needs().call, answer(outcome.needs().call)});
  }
  return Outcome(base::Error(evaluation_failed, "too many rounds"));
}

/// String rendering over a context value.
Outcome render(std::string_view text, const base::Value& context, const Limits& limits = {});
Outcome render_typed(std::string_view text, const base::Value& context, const Limits& limits = {});

/// The context K of section 19.
const base::Value& context_k();

/// The rendered text, "null" for null, or "ERR: " and the message.
std::string text_of(const Outcome& outcome);

}  // namespace gyr::expression::testing
