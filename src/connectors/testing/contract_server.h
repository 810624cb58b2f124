// The embedded connectors with real requests to the contract server (tests/peers/contract), which keeps state, checks
// credentials and fields, and counts every request that it does not know.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "connectors/connectors.h"
#include "plugins/loop_http_client.h"
#include "plugins/plugins.h"
#include "plugins/runner/spawned_processes.h"
#include "plugins/script/python_packages.h"
#include "plugins/testing/fake_run_context.h"
#include "process/testing/program.h"
#include "process/testing/test_loop.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::connectors::testing {

inline std::filesystem::path source_folder() {
  const char* folder = std::getenv("GYR_SOURCE_DIR");
  return folder == nullptr ? "." : folder;
}

/// Starts a contract server for each test, and fails if it was asked for something that it does not know.
class ContractTest : public ::testing::Test {
 protected:
  ContractTest() { register_connectors(registry_); }

  void SetUp() override {
    if (!plugins::script::find_program("python3")) GTEST_SKIP() << "python3 is not installed (packages.txt)";
    server_.spawn(serve());
    ASSERT_TRUE(loop_.run_until([this] { return !url_.empty() || server_.running() == 0; })) << "no contract server";
    ASSERT_FALSE(url_.empty()) << "the contract server ended";
  }
  void TearDown() override {
    if (!url_.empty()) {
      EXPECT_EQ(get("/_unexpected"), "[]");
    }
    stop_.cancel();
    EXPECT_TRUE(loop_.run_until([this] { return server_.running() == 0; }));
  }

  base::Task<void> serve() {
    plugin::ProcessRequest request;
    request.command = {"python3", (source_folder() / "tests/peers/contract/contract.py").string(), "0"};
    request.directory = "/";
    request.on_line = [this](bool is_stderr, std::string_view line) {
      if (!is_stderr && url_.empty()) url_ = line;
    };
    auto ended = co_await processes_.run(std::move(request), stop_.token());
    EXPECT_TRUE(ended.has_value()) << ended.error().message();
  }

  std::string ask(std::string method, const std::string& path, std::string body = {}) {
    net::ClientRequest request;
    request.method = std::move(method);
    request.url = url_ + path;
    request.body = std::move(body);
    auto response = loop_.run(http_.send(std::move(request), {}));
    EXPECT_TRUE(response.has_value()) << response.error().message();
    return response ? response->body : std::string();
  }
  std::string get(const std::string& path) { return ask("GET", path); }

  plugin::TaskResult run(const std::string& type, const std::string& properties) {
    auto node = syntax::parse_yaml(fmt::format("{{id: t, type: {}, {}}}", type, properties));
    EXPECT_TRUE(node.has_value()) << node.error().message();
    auto task = std::make_shared<model::TaskSpec>();
    model::BindContext binding(registry_);
    model::Binder<model::TaskSpec>::bind(*node, *task, binding);
    for (const auto& found : binding.diagnostics()) {
      if (found.severity == syntax::Severity::error) ADD_FAILURE() << found.path << ": " << found.message;
    }
    kept_.push_back(task);
    context_.given_http = with_http_ ? &http_ : nullptr;
    return loop_.run(registry_.type_of(*task).run(*task->object, context_));
  }
  base::Value outputs(const std::string& type, const std::string& properties) {
    auto result = run(type, properties);
    EXPECT_TRUE(result.has_value()) << result.error().error.message();
    return result ? result->outputs : base::Value::empty_map();
  }
  std::string failure(const std::string& type, const std::string& properties) {
    auto result = run(type, properties);
    EXPECT_FALSE(result.has_value());
    return result ? std::string() : result.error().error.message();
  }
  plugin::Registry registry_;
  process::testing::TestLoop loop_;
  std::unique_ptr<process::Spawner> spawner_ = process::testing::spawner_of_this_program();
  plugins::runner::SpawnedProcesses processes_{*spawner_, loop_};
  std::unique_ptr<net::HttpClient> client_ = net::make_http_client();
  plugins::LoopHttpClient http_{*client_, loop_};
  plugins::testing::FakeRunContext context_{loop_};
  base::CancelSource stop_;
  base::TaskScope server_{loop_};
  std::string url_;
  bool with_http_ = true;
  std::vector<std::shared_ptr<const model::TaskSpec>> kept_;
};

}  // namespace gyr::connectors::testing
