// `gyr expression eval`: one expression, or a batch of them.
#include "base/id.h"
#include "base/text.h"
#include "cli/batch.h"
#include "cli/command.h"
#include "cli/data_file.h"
#include "cli/errors.h"
#include "cli/evaluation.h"
#include "syntax/diagnostic.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

class EvalCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.optional_positional("TEMPLATE", template_, "expression with its braces: '{{ inputs.name }}'");
    arguments.option("--context", "FILE", context_,
                     "JSON or YAML file with the variables (inputs, outputs, vars, …); `-` reads standard input");
    arguments.flag("--typed", typed_, "print the value as JSON instead of as a string");
    arguments.option("--batch", "FILE", batch_,
                     "evaluate JSON lines {\"id\", \"template\", \"context\", \"mode\"}; `-` reads standard input");
    arguments.flag("--json", json_, "print {\"ok\", \"value\", \"type\", \"error\"}");
  }

  int run(Session& session) override {
    if (batch_) {
      if (template_ || context_ || typed_) {
        return session.fail(base::Error(wrong_usage, "cannot combine `--batch` with TEMPLATE, `--context` or `--typed`")
                                .with_hint("put the template, the context and the mode in each line of the batch"));
      }
      return run_batch(session, *batch_, [&session](const base::Result<Value>& line) {
        if (!line) return answer(Value(), base::fail(line.error()), true);
        return answer(member(*line, "id"), evaluate_line(*line, session.clock), true);
      });
    }
    if (!template_)
      return session.fail(
          base::Error(wrong_usage, "TEMPLATE is missing").with_hint("for example: gyr expression eval '{{ 1 + 2 }}'"));
    Evaluation evaluation{.source = Value::string(*template_), .context = Value::empty_map()};
    if (base::find_invalid_utf8(*template_)) return session.fail(base::Error(wrong_usage, "TEMPLATE is not UTF-8"));
    if (context_) {
      auto context = read_map(*context_, "the context", session.console);
      if (!context) return session.fail(context.error());
      evaluation.context = *context;
    }
    evaluation.mode = typed_ ? "typed" : "render";
    evaluation.now = session.clock.now();
    evaluation.random_seed = base::secure_random();
    auto result = evaluate(evaluation);
    if (json_) {
      session.console.out.write(syntax::write_json(answer(Value(), result, false)) + '\n');
      return result ? exit_ok : exit_failed;
    }
    if (!result) return fail_with_source(session, result.error());
    session.console.out.write((typed_ ? syntax::write_json(*result) : text_of(*result)) + '\n');
    return exit_ok;
  }

 private:
  static std::string text_of(const Value& value) {
    return value.is_null() ? std::string() : expression::to_text(value);
  }

  /// Prints the error with the template below it.
  int fail_with_source(Session& session, const base::Error& error) const {
    session.console.err.write(syntax::print_diagnostics({syntax::diagnostic_of(error)}, "<template>", *template_,
                                                        {.color = session.console.color(session.console.err)}));
    return exit_failed;
  }

  /// `with_id` is true for a batch.
  static Value answer(const Value& id, const base::Result<Value>& result, bool with_id) {
    base::MapBuilder out;
    if (with_id) out.set("id", id);
    out.set("ok", Value::boolean(result.has_value()));
    out.set("value", result ? *result : Value());
    out.set("type", result ? Value::string(type_name(*result)) : Value());
    out.set("error", result ? Value() : Value::string(result.error().message()));
    if (!result) out.set("code", Value::string(result.error().code().text));
    return out.build();
  }

  static base::Result<Value> evaluate_line(const Value& line, const base::Clock& clock) {
    Evaluation evaluation{.source = member(line, "template"), .context = member(line, "context")};
    if (line.find("template") == nullptr) return base::fail(bad_batch_line, "`template` is missing");
    if (evaluation.context.is_null()) evaluation.context = Value::empty_map();
    if (Value mode = member(line, "mode"); mode.is_string()) {
      evaluation.mode = mode.text();
    } else if (!mode.is_null()) {
      return base::fail(bad_batch_line, "`mode` is not a string");
    }
    evaluation.now = clock.now();
    evaluation.random_seed = base::secure_random();
    return evaluate(evaluation);
  }

  std::optional<std::string> template_, context_, batch_;
  bool typed_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_expression_eval() { return std::make_unique<EvalCommand>(); }

}  // namespace gyr::cli
