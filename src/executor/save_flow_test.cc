// Saving flows that the caller has compiled already.
#include <gtest/gtest.h>

#include "executor/testing/harness.h"
#include "model/flow_parser.h"

namespace gyr::executor {
namespace {

using test::Harness;

const model::FlowKey flow_key{"main", "company.team", "saved"};

/// A save of the flow with this message, compiled now.
SaveFlow compiled_save(Harness& server, const std::string& message) {
  SaveFlow save;
  save.row.key = flow_key;
  save.row.source =
      "id: saved\nnamespace: company.team\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: " + message +
      "}]\n";
  auto parsed = model::parse_flow(save.row.source, server.flows().registry(), server.flows().options());
  auto reader = server.store().open_reader();
  EXPECT_TRUE(parsed.flow && reader.has_value());
  save.prepared = server.flows().prepare(**reader, save.row, parsed.flow).value();
  return save;
}

/// The revision that a save gives.
int32_t saved_revision(Harness& server, const SaveFlow& save) {
  auto answer = server.submit(save);
  EXPECT_TRUE(answer.has_value());
  return answer->flow.revision;
}

TEST(SaveFlow, UsesWhatTheCallerHasCompiled) {  // FLOW-90
  Harness server;
  const SaveFlow first = compiled_save(server, "one");
  EXPECT_EQ(saved_revision(server, first), 1);
  EXPECT_EQ(server.flows().cached(flow_key, 0), first.prepared) << "it is not compiled again";
  const SaveFlow second = compiled_save(server, "two");
  EXPECT_EQ(saved_revision(server, second), 2);
  EXPECT_EQ(server.flows().cached(flow_key, 0), second.prepared);
  const SaveFlow same = compiled_save(server, "two");
  EXPECT_EQ(same.prepared, nullptr) << "nothing is compiled for a save that changes nothing";
  EXPECT_EQ(saved_revision(server, same), 2);
  const base::Id id = server.run("saved");
  EXPECT_EQ(server.wait_for_end(id), model::State::success);
}

TEST(SaveFlow, IsCompiledAgainWhenAnotherSaveComesFirst) {  // FLOW-90
  Harness server;
  const SaveFlow late = compiled_save(server, "late");
  EXPECT_EQ(saved_revision(server, compiled_save(server, "early")), 1);
  EXPECT_EQ(saved_revision(server, late), 2);
  const LoadedFlowPtr current = server.flows().cached(flow_key, 0);
  ASSERT_NE(current, nullptr);
  EXPECT_NE(current, late.prepared);
  EXPECT_EQ(current->compiled->revision(), 2);
}

TEST(SaveFlow, IsCompiledAgainWhenPluginDefaultsHaveChanged) {  // FLOW-60, GOV-2
  Harness server;
  const SaveFlow save = compiled_save(server, "one");
  auto reader = server.store().open_reader();
  ASSERT_TRUE(server.flows().defaults_changed(**reader, "main", "company").has_value());
  EXPECT_EQ(saved_revision(server, save), 1);
  const LoadedFlowPtr current = server.flows().cached(flow_key, 0);
  ASSERT_NE(current, nullptr);
  EXPECT_NE(current, save.prepared);
}

}  // namespace
}  // namespace gyr::executor
