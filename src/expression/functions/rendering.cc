// Functions that render and show (EXPR-260 to EXPR-263).
#include <fmt/format.h>

#include "expression/compiled.h"
#include "expression/evaluator.h"
#include "expression/evaluator_frame.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

using base::Value;

/// Texts at any depth rendered, keys too (EXPR-310).
Operand render_value(Invocation& call, const Value& value, bool recursive) {
  if (value.is_string()) return render_text(value, recursive, call.session());
  if (value.is_list()) {
    base::ListBuilder list;
    list.reserve(value.size());
    for (const Value& item : value.items()) {
      Operand rendered = render_value(call, item, recursive);
      if (rendered.is_failed()) return rendered;
      list.push(std::move(rendered.value()));
    }
    return call.list(list);
  }
  if (value.is_map()) {
    base::MapBuilder map;
    map.reserve(value.size());
    for (const auto& entry : value.entries()) {
      Operand key = render_value(call, entry.key, recursive);
      Operand rendered = key.is_failed() ? Operand::failed() : render_value(call, entry.value, recursive);
      if (rendered.is_failed()) return rendered;
      Value name = key.is_string() ? std::move(key.value()) : Value::string("");
      if (map.find(name.text()) == nullptr) map.set(name, std::move(rendered.value()));
    }
    return call.map(map);
  }
  return value;
}

Operand render_passes(Invocation& call, bool recursive) {
  Session& session = call.session();
  if (session.environment.recursive_rendering) {
    return call.fail(fmt::format("Function or Macro [{}] does not exist.", call.entry().name));
  }
  if (!call.passed(0))
    return call.fail(fmt::format("The '{}' function expects an argument 'toRender'.", call.entry().name));
  if (session.render_depth >= call.limits().render_depth) {
    return call.fail_limit(fmt::format(
        "Maximum render() nesting depth ({}) exceeded at line {} — check for circular render() calls in your template.",
        call.limits().render_depth, call.evaluator().program().place_of(call.offset()).line));
  }
  ++session.render_depth;
  Operand result = render_value(call, call.argument(0), recursive);
  --session.render_depth;
  if (session.error) {
    // The text that failed is not part of this template: the place people can go to is that of the call.
    base::Error inner = *session.error;
    session.error = inner.with_cause(inner).with_place(call.evaluator().program().place_of(call.offset()));
  }
  return result;
}

Operand render(Invocation& call) {
  if (call.given(1) && !call.argument(1).is_boolean()) {
    return call.fail("The 'render' function expects an optional argument 'recursive' with type boolean.");
  }
  return render_passes(call, !call.given(1) || call.argument(1).as_boolean());
}

Operand render_once(Invocation& call) { return render_passes(call, false); }

Operand print_context(Invocation& call) {
  return call.evaluator().whole_context(call.session().scopes.mark(), call.offset());
}

Operand block(Invocation& call) { return call.evaluator().render_block(call.text_of(call.argument(0))); }

Operand parent(Invocation& call) {
  return call.fail("Can not use parent function if template does not extend another template.");
}

Operand i18n(Invocation& call) { return call.fail("message bundles are not available"); }

constexpr Parameter render_parameters[] = {{.name = "toRender"}, {.name = "recursive", .default_value = "true"}};
constexpr Parameter render_once_parameters[] = {{.name = "toRender"}};
constexpr Parameter block_parameters[] = {
    {.name = "name", .required = "The 'block' function expects an argument 'name'."}};

constexpr Entry rendering_entries[] = {
    {.name = "block",
     .run = block,
     .parameters = block_parameters,
     .summary = "prints a block again",
     .example = R"({% block "b" %}x{% endblock %}{{ block("b") }})",
     .result = "xx"},
    {.name = "fetchContext",
     .run = print_context,
     .traits = reads_everything | deprecated,
     .summary = "all variables as a map; printContext() is its newer name",
     .example = "{{ fetchContext().inputs.n }}"},
    {.name = "i18n",
     .run = i18n,
     .traits = variadic | hidden,
     .summary = "a translated message; message bundles are not available",
     .example = R"({{ i18n("bundle", "key") }})"},
    {.name = "parent",
     .run = parent,
     .traits = hidden,
     .summary = "the block of a parent template; parent templates are not available",
     .example = "{{ parent() }}"},
    {.name = "printContext",
     .run = print_context,
     .traits = reads_everything,
     .summary = "all variables as a map",
     .example = "{{ printContext().inputs.name }}"},
    {.name = "render",
     .run = render,
     .parameters = render_parameters,
     .traits = reads_everything,
     .summary = "renders the expressions in a text, or in the texts of a list or map",
     .example = R"({{ render("{{ 1 + 1 }}") }})",
     .result = "2"},
    {.name = "renderOnce",
     .run = render_once,
     .parameters = render_once_parameters,
     .traits = reads_everything,
     .summary = "renders once; expressions in the result are not rendered",
     .example = R"({{ renderOnce("{{ 1 + 1 }}") }})",
     .result = "2"},
};

}  // namespace

std::span<const Entry> rendering_functions() { return rendering_entries; }

}  // namespace gyr::expression
