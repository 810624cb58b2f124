// Replacing one task in the source of a flow (1.3 `updateTask`).
#include "web/flows/task_edit.h"

#include <gtest/gtest.h>

namespace gyr::web {
namespace {

using base::Value;

Value log_task(std::string_view id, std::string_view message) {
  return Value::map({{"id", Value::string(id)},
                     {"type", Value::string("io.kestra.plugin.core.log.Log")},
                     {"message", Value::string(message)}});
}

std::string edited(std::string_view source, std::string_view id, const Value& task) {
  auto result = with_task(source, id, task);
  if (!result) return result.error().to_string();
  return result->value_or("none");
}

TEST(TaskEdit, KeepsEveryByteAroundTheTask) {  // API-92
  EXPECT_EQ(edited("# head\n"
                   "id: f   # name\n"
                   "namespace: a.b\n"
                   "tasks:\n"
                   "  - id: one\n"
                   "    type: io.kestra.plugin.core.log.Log\n"
                   "    message: |\n"
                   "      old\n"
                   "      text\n"
                   "\n"
                   "  # about two\n"
                   "  - {id: two, type: io.kestra.plugin.core.log.Log,   message: x} # end\n",
                   "one", log_task("one", "new")),
            "# head\n"
            "id: f   # name\n"
            "namespace: a.b\n"
            "tasks:\n"
            "  - id: one\n"
            "    type: io.kestra.plugin.core.log.Log\n"
            "    message: new\n"
            "\n"
            "  # about two\n"
            "  - {id: two, type: io.kestra.plugin.core.log.Log,   message: x} # end\n");
}

TEST(TaskEdit, ReplacesTasksInBracesAndBelowOthers) {  // API-92
  EXPECT_EQ(edited("id: f\nnamespace: a.b\ntasks:\n"
                   "- id: all\n"
                   "  type: io.kestra.plugin.core.flow.Sequential\n"
                   "  tasks: [{id: in, type: T, message: x}]   # kept\n",
                   "in", log_task("in", "new")),
            "id: f\nnamespace: a.b\ntasks:\n"
            "- id: all\n"
            "  type: io.kestra.plugin.core.flow.Sequential\n"
            "  tasks: [{\"id\":\"in\",\"type\":\"io.kestra.plugin.core.log.Log\",\"message\":\"new\"}]   # kept\n");
}

TEST(TaskEdit, KnowsNoTaskAmongTriggersAndInputs) {  // API-92
  EXPECT_EQ(edited("id: f\nnamespace: a.b\ninputs:\n  - {id: x, type: STRING}\n"
                   "triggers:\n  - {id: y, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily'}\n"
                   "tasks:\n  - {id: t, type: T}\n",
                   "x", log_task("x", "new")),
            "none");
  EXPECT_FALSE(with_task("{", "x", log_task("x", "new")).has_value());
  EXPECT_FALSE(with_task("- a\n", "x", log_task("x", "new")).has_value());
}

}  // namespace
}  // namespace gyr::web
