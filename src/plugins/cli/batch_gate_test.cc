// The gate between batches: who may ask, and what a forged question does.
#include "plugins/cli/batch_gate.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "plugins/testing/fake_http_client.h"
#include "plugins/testing/task_test.h"
#include "syntax/json.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;

class Gate : public ::testing::Test {
 protected:
  Gate() {
    context.given_http = &http;
    gate.uri = model::Dynamic<std::string>(Value::string("http://health.test/{% raw %}{{ host }}{% endraw %}"));
    pipe = *context.fake_files.working_directory() / "gate";
  }
  void SetUp() override {
    const auto opened = keeper.open(pipe);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    answers_ = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(answers_, 0);
  }
  ~Gate() override {
    if (answers_ >= 0) ::close(answers_);
  }
  /// What waits in the pipe for the callback.
  std::string answers() const {
    std::string text(100, '\0');
    const ssize_t count = ::read(answers_, text.data(), text.size());
    text.resize(count < 0 ? 0 : static_cast<size_t>(count));
    return text;
  }
  base::Task<bool> closed() {
    co_await keeper.close();
    co_return true;
  }
  std::string question(std::string_view rest) const {
    return fmt::format(R"(::{{"gate":{{"key":"{}",{}}}}}::)", keeper.key(), rest);
  }

  process::testing::TestLoop loop;
  FakeRunContext context{loop};
  FakeHttpClient http;
  cli::BatchGate gate;
  std::filesystem::path pipe;
  cli::GateKeeper keeper{context, gate};

 private:
  int answers_ = -1;
};

TEST_F(Gate, AnswersItsCallback) {  // PLUG-118
  EXPECT_TRUE(keeper.take_line(question(R"("batch":1,"hosts":["alpha"])")));
  ASSERT_TRUE(loop.run_until([this] { return !http.requests.empty(); }));
  ASSERT_TRUE(loop.run(closed()));
  EXPECT_EQ(answers(), "pass\n");
  EXPECT_EQ(keeper.take_batches(), json(R"([{"n": 1, "hosts": ["alpha"], "gate": "passed"}])"));
  ASSERT_EQ(http.requests.size(), 1U);
  EXPECT_EQ(http.requests[0].method, "GET");
}

TEST_F(Gate, LinesOfOthersAreNoQuestions) {  // PLUG-118: an answer in advance would let a batch begin without a probe
  EXPECT_NE(keeper.key(), cli::GateKeeper(context, gate).key());
  std::vector<std::string> lines = {R"(::{"gate":{}}::)", R"(::{"gate":{"batch":1,"hosts":["alpha"]}}::)",
                                    R"(::{"gate":{"key":"","batch":1,"hosts":["alpha"]}}::)",
                                    R"(::{"gate":{"key":7,"batch":1,"hosts":["alpha"]}}::)", R"(::{"gate":[]}::)"};
  for (std::string_view rest : {R"("batch":1)", R"("hosts":["alpha"])", R"("batch":"1","hosts":["alpha"])",
                                R"("batch":1,"hosts":[])", R"("batch":1,"hosts":"alpha")", R"("batch":1,"hosts":[1])"})
    lines.push_back(question(rest));
  for (const std::string& line : lines) EXPECT_FALSE(keeper.take_line(line)) << line;
  ASSERT_TRUE(loop.run(closed()));
  EXPECT_EQ(answers(), "");
  EXPECT_TRUE(http.requests.empty());
  EXPECT_EQ(keeper.take_batches(), json("[]"));
}

}  // namespace
}  // namespace gyr::plugins::testing
