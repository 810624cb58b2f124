// A fixture for tests of tasks: YAML of a task in, its result out.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "model/task.h"
#include "plugin_api/registry.h"
#include "plugins/testing/fake_run_context.h"
#include "process/testing/test_loop.h"

namespace gyr::plugins::testing {

/// Fixture for tests of tasks: binds them from YAML as a flow would, runs them with a FakeRunContext on a real loop.
class TaskTest : public ::testing::Test {
 protected:
  TaskTest();

  /// Binds the task; a flow that would be refused fails the test.
  std::shared_ptr<const model::TaskSpec> bind(std::string_view yaml);
  /// What is wrong with the task: `path: message` lines.
  std::vector<std::string> problems(std::string_view yaml);
  /// Binds and runs it in the fixture's context, on a loop that waits for what is really happening.
  plugin::TaskResult run(std::string_view yaml);
  /// The outputs of a run that must succeed.
  base::Value outputs(std::string_view yaml);
  /// The message of a run that must fail.
  std::string failure(std::string_view yaml);
  /// Runs inline, as the engine runs pure tasks: fails the test where the task suspends.
  plugin::TaskResult run_inline(std::string_view yaml);

  plugin::Registry registry;
  process::testing::TestLoop loop;
  std::unique_ptr<FakeRunContext> context = std::make_unique<FakeRunContext>(loop);

 private:
  std::vector<std::shared_ptr<const model::TaskSpec>> kept_;
};

/// Short forms for expectations.
base::Value text(std::string_view value);
base::Value json(std::string_view value);

}  // namespace gyr::plugins::testing
