#include "model/input_resolution.h"

#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "model/errors.h"
#include "model/input_value.h"
#include "model/nested.h"
#include "syntax/json.h"

namespace gyr::model {

using base::Value;
using expression::Outcome;

bool ResolvedInputs::valid() const {
  return std::ranges::all_of(inputs, [](const ResolvedInput& input) { return !input.enabled || input.errors.empty(); });
}

Value ResolvedInputs::values() const {
  NestedMap map;
  for (const ResolvedInput& input : inputs) {
    if (input.enabled && input.errors.empty()) map.put(input.id, input.value);
  }
  return map.build();
}

std::string ResolvedInputs::message() const {
  std::string text;
  for (const ResolvedInput& input : inputs) {
    if (!input.enabled) continue;
    for (const InputError& error : input.errors) {
      if (!text.empty()) text += '\n';
      text += error.message;
    }
  }
  return text;
}

namespace {

/// A different stream of random numbers for each expression, the same in every call.
uint64_t seed_for(uint64_t seed, std::string_view part) { return base::fnv1a(part, seed); }

std::vector<std::string> undeclared_among(const std::vector<NamedInput>& inputs, const Value& given) {
  std::vector<std::string> names;
  if (!given.is_map()) return names;
  std::unordered_set<std::string_view> known;
  for (const NamedInput& input : inputs) {
    known.insert(input.id);
    known.insert(std::string_view(input.id).substr(0, input.id.find('.')));
  }
  for (const auto& entry : given.entries()) {
    if (!known.contains(entry.name())) names.emplace_back(entry.name());
  }
  return names;
}

/// One run of the algorithm. Stops at the first question to the host.
class Resolution {
 public:
  explicit Resolution(const InputRequest& request) : request_(request), named_(expand_inputs(request.inputs)) {
    for (size_t i = 0; i < named_.size(); ++i) by_id_.try_emplace(named_[i].id, i);
    results_.resize(named_.size());
    visible_.resize(named_.size());
    for (size_t i = 0; i < named_.size(); ++i) {
      results_[i].id = named_[i].id;
      results_[i].input = named_[i].input;
    }
  }

  std::variant<ResolvedInputs, InputNeed> run() {
    for (size_t i : order()) {
      resolve(i);
      if (need_) return std::move(*need_);
    }
    return ResolvedInputs{std::move(results_), undeclared_among(named_, request_.given)};
  }

 private:
  /// Inputs after those they depend on; where definitions contradict themselves, in order of declaration.
  std::vector<size_t> order() const {
    enum class Mark : uint8_t { none, open, done };
    std::vector<Mark> marks(named_.size(), Mark::none);
    std::vector<size_t> sorted;
    std::vector<std::pair<size_t, size_t>> stack;
    for (size_t i = 0; i < named_.size(); ++i) {
      if (marks[i] == Mark::none) stack.emplace_back(i, 0);
      while (!stack.empty()) {
        auto& [at, next] = stack.back();
        marks[at] = Mark::open;
        const auto& depends = named_[at].input->depends_on;
        if (depends && next < depends->inputs.size()) {
          const auto other = by_id_.find(depends->inputs[next++]);
          if (other != by_id_.end() && marks[other->second] == Mark::none) stack.emplace_back(other->second, 0);
          continue;
        }
        marks[at] = Mark::done;
        sorted.push_back(at);
        stack.pop_back();
      }
    }
    return sorted;
  }

  void resolve(size_t index) {
    ResolvedInput& result = results_[index];
    const Input& input = *named_[index].input;
    const expression::OverlayContext context(*request_.context, Value::map({{"inputs", dependencies(input)}}));
    result.enabled = is_enabled(result, input, context);
    if (need_ || !result.enabled) return;
    if (input.type == InputType::reusable_inputs) {
      add_error(result, missing_input, input.problem);
      return;
    }
    const bool has_choices = render_choices(result, input, context);
    if (need_) return;
    if (!has_choices) {
      result.value = sent(result.id);
      visible_[index] = as_sent(result.value);
      return;
    }
    Value raw = sent(result.id);
    if (raw.is_null()) {
      if (!take_default(result, input, context, raw) || need_) return;
    }
    if (raw.is_null()) {
      if (input.required) add_error(result, missing_input, fmt::format("Missing required input:{}", result.id));
      return;
    }
    visible_[index] = store(result, input, raw);
  }

  /// What expressions of this input see as `inputs`.
  Value dependencies(const Input& input) const {
    NestedMap map;
    if (!input.depends_on) return map.build();
    for (const std::string& id : input.depends_on->inputs) {
      const auto other = by_id_.find(id);
      if (other != by_id_.end() && results_[other->second].enabled) map.put(id, visible_[other->second]);
    }
    return map.build();
  }

  bool is_enabled(ResolvedInput& result, const Input& input, const expression::Context& context) {
    if (!input.depends_on) return true;
    for (const std::string& id : input.depends_on->inputs) {
      const auto other = by_id_.find(id);
      if (other == by_id_.end()) continue;
      if (!results_[other->second].enabled || visible_[other->second].is_null()) return false;
    }
    const auto& condition = input.depends_on->condition;
    if (!condition.is_set()) return true;
    const auto rendered = render(result.id + ".condition", condition, context, true);
    if (!rendered) return false;
    if (rendered->failed()) {
      add_error(result, unrenderable_input, "Invalid condition: " + rendered->error().message(), true);
      return false;
    }
    return rendered->value().is_boolean() && rendered->value().as_boolean();
  }

  /// False if there are no choices because the expression failed.
  bool render_choices(ResolvedInput& result, const Input& input, const expression::Context& context) {
    if (!input.expression) return true;
    const auto rendered = render(result.id + ".expression", *input.expression, context, true);
    if (!rendered) return true;  // need_ is set
    if (rendered->failed()) {
      add_error(result, unrenderable_input,
                input_message(result.id, fmt::format("{}: Cannot render 'expression'. Cause: {}", result.id,
                                                     rendered->error().message())),
                true);
      return false;
    }
    Value list = rendered->value();
    if (list.is_string()) {
      if (auto parsed = syntax::parse_json(list.text())) list = *parsed;
    }
    if (!list.is_list()) {
      add_error(
          result, unrenderable_input,
          input_message(result.id, fmt::format("{}: Invalid expression result. Expected a list of strings", result.id)),
          true);
      return false;
    }
    std::vector<std::string>& choices = result.choices.emplace();
    for (const Value& item : list.items()) {
      if (!item.is_null()) choices.push_back(expression::to_text(item));
    }
    return true;
  }

  /// The caller's value; empty text counts as not given (FLOW-22).
  Value sent(std::string_view id) const {
    const Value* given = find_nested(request_.given, id);
    if (given == nullptr || (given->is_string() && given->text().empty())) return {};
    return *given;
  }

  /// False where the default cannot be rendered.
  bool take_default(ResolvedInput& result, const Input& input, const expression::Context& context, Value& raw) {
    if (input.defaults.is_set()) {
      const auto rendered = render(result.id + ".defaults", input.defaults, context, false);
      if (!rendered) return true;  // need_ is set
      if (rendered->failed()) {
        add_error(result, unrenderable_input, input_message(result.id, rendered->error().message()), true);
        return false;
      }
      raw = rendered->value();
    } else if (input.auto_select_first) {
      const auto* choices = result.choices ? &*result.choices : input.listed_values();
      if (choices == nullptr || choices->empty()) return true;
      const Value first = Value::string(choices->front());
      raw = input.type == InputType::multiselect ? Value::list({first}) : first;
    }
    result.is_default = !raw.is_null();
    return true;
  }

  /// A value that was not read, as other inputs see it.
  static Value as_sent(const Value& raw) { return may_nest_below(raw) ? raw : Value(); }

  /// Reads, checks and stores the value; gives what dependent inputs see of it.
  Value store(ResolvedInput& result, const Input& input, const Value& raw) {
    result.value = raw;
    Value plain = raw;
    if (input.type == InputType::secret) {
      auto decrypted = decrypt(raw);
      if (!decrypted) {
        fail(result, decrypted.error());
        return raw;
      }
      plain = *decrypted;
    }
    auto parsed = parse_value(input.type, input.item_type, plain);
    if (parsed && !may_nest_below(*parsed)) parsed = base::fail(unreadable_input, "the value is nested too deeply");
    if (!parsed) {
      fail(result, parsed.error());
      return as_sent(raw);
    }
    if (!parsed->is_null()) {
      for (const std::string& finding : check_value(input, *parsed, result.choices ? &*result.choices : nullptr)) {
        add_error(result, refused_input, input_message(result.id, finding));
      }
    }
    if (input.type == InputType::secret) {
      // Even a refused one: the answer of the validation must not show it.
      auto encrypted = encrypt_value(request_.encryptor, parsed->text());
      result.value = encrypted ? *encrypted : Value();
      if (!encrypted)
        add_error(result, encrypted.error().code(), input_message(result.id, encrypted.error().message()));
    } else if (result.errors.empty()) {
      result.value = *parsed;
    }
    return *parsed;
  }

  /// A secret of an earlier execution comes encrypted.
  base::Result<Value> decrypt(const Value& raw) const {
    const auto encrypted = encrypted_text(raw);
    if (!encrypted || request_.encryptor == nullptr) return raw;
    GYR_TRY(const std::string plain, request_.encryptor->decrypt(*encrypted));
    return Value::string(plain);
  }

  void fail(ResolvedInput& result, const base::Error& error) {
    const base::ErrorCode code = error.code() == refused_input ? refused_input : unreadable_input;
    add_error(result, code, input_message(result.id, error.message()));
  }

  void add_error(ResolvedInput& result, base::ErrorCode code, std::string message, bool render_error = false) {
    result.errors.push_back({code, std::move(message), render_error});
  }

  /// Nothing if a host call is needed first; need_ is set then.
  std::optional<Outcome> render(const std::string& part, const DynamicSource& source,
                                const expression::Context& context, bool typed) {
    expression::Environment environment = request_.environment;
    environment.random_seed = seed_for(environment.random_seed, part);
    environment.answers.clear();
    for (const InputAnswer& answer : request_.answers) {
      if (answer.part == part) environment.answers.push_back(answer.answer);
    }
    const expression::ValueTemplate& value = source.value_template();
    Outcome outcome = typed ? value.render_typed(context, environment) : value.render(context, environment);
    if (!outcome.asks_host()) return outcome;
    need_ = InputNeed{part, outcome.needs().call};
    return std::nullopt;
  }

  const InputRequest& request_;
  std::vector<NamedInput> named_;
  std::unordered_map<std::string_view, size_t> by_id_;
  std::vector<ResolvedInput> results_;
  std::vector<Value> visible_;  // what expressions of other inputs see: parsed, plain
  std::optional<InputNeed> need_;
};

}  // namespace

std::vector<std::string> undeclared_inputs(std::span<const Input> inputs, const Value& given) {
  if (given.size() == 0) return {};
  return undeclared_among(expand_inputs(inputs), given);
}

std::variant<ResolvedInputs, InputNeed> resolve_inputs(const InputRequest& request) {
  return Resolution(request).run();
}

}  // namespace gyr::model
