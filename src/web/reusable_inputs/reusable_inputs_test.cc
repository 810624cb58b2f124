// Sets of inputs that flows share (API-50, FLOW-20, FLOW-27).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using test::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view credentials =
    "description: For the directory\n"
    "inputs:\n"
    "  - {id: user, type: STRING}\n"
    "  - {id: domain, type: SELECT, values: [eu, us], defaults: eu}\n"
    "  - {id: mail, type: EMAIL, required: false, dependsOn: {inputs: [domain], condition: \"{{ true }}\"}}\n"
    "  - {id: more, type: FORM, inputs: [{id: level, type: INT, defaults: 3}]}\n";

Reply put_set(Harness& server, const std::string& path, std::string source) {
  return server.send("PUT", "namespaces/" + path, std::move(source), "application/x-yaml");
}

std::vector<std::string> texts_of(const Value& list, std::string_view key) {
  std::vector<std::string> texts;
  for (const Value& item : list.items()) texts.emplace_back(item.find(key)->text());
  return texts;
}

TEST(ReusableInputs, AreSavedReadAndDeletedInRevisions) {  // API-50
  Harness server;
  const std::string one = "company.team/reusable-inputs/ad";
  const Reply made = put_set(server, one, std::string(credentials));
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.at({"revision"}).as_integer(), 1);
  EXPECT_EQ(made.text({"source"}), credentials) << "byte for byte";
  EXPECT_EQ(made.text({"description"}), "For the directory");
  EXPECT_THAT(texts_of(made.at({"inputs"}), "id"), ElementsAre("user", "domain", "mail", "more"));

  EXPECT_EQ(
      server.send("PUT", "namespaces/" + one + "?failIfExists=true", std::string(credentials), "application/x-yaml")
          .status,
      409);
  const std::string newer = "inputs:\n  - {id: user, type: STRING, defaults: nobody}\n";
  EXPECT_EQ(put_set(server, one, newer).at({"revision"}).as_integer(), 2);
  EXPECT_EQ(server.get("namespaces/" + one).text({"source"}), newer);
  EXPECT_EQ(server.get("namespaces/" + one + "?revision=1").text({"source"}), credentials);
  EXPECT_EQ(server.get("namespaces/" + one + "?revision=7").status, 404);
  EXPECT_EQ(server.get("namespaces/" + one + "/revisions").json().size(), 2u);

  EXPECT_EQ(server.send("DELETE", "namespaces/" + one).status, 200);
  EXPECT_EQ(server.get("namespaces/" + one).status, 404);
  EXPECT_EQ(server.send("DELETE", "namespaces/" + one).status, 404);
  EXPECT_EQ(server.get("namespaces/" + one + "/revisions").json().size(), 2u) << "they can still be looked at";
  EXPECT_EQ(server.get("namespaces/company.team/reusable-inputs/none/revisions").status, 404);
  EXPECT_EQ(server.get("reusable-inputs/namespaces").body, "[]");
  EXPECT_EQ(server.send("PUT", "namespaces/" + one + "?failIfExists=true", newer, "application/x-yaml")
                .at({"revision"})
                .as_integer(),
            4)
      << "the numbers continue";
  EXPECT_EQ(server.get("reusable-inputs/namespaces").body, R"(["company.team"])");
}

TEST(ReusableInputs, OfParentsAreInherited) {  // API-50
  Harness server;
  put_set(server, "company/reusable-inputs/a", "inputs: [{id: of_company, type: STRING}]");
  put_set(server, "company/reusable-inputs/b", "inputs: [{id: of_company, type: STRING}]");
  put_set(server, "company.team/reusable-inputs/b", "inputs: [{id: of_team, type: STRING}]");
  put_set(server, "other/reusable-inputs/c", "inputs: [{id: x, type: STRING}]");
  const Reply list = server.get("namespaces/company.team/reusable-inputs");
  EXPECT_EQ(list.at({"total"}).as_integer(), 2);
  EXPECT_THAT(texts_of(list.at({"results"}), "namespace"), ElementsAre("company", "company.team"));
  EXPECT_EQ(
      server.get("namespaces/company.team/reusable-inputs?size=1&page=2").at({"results"}).items()[0].find("id")->text(),
      "b");
  EXPECT_THAT(texts_of(server.get("namespaces/company.team/reusable-inputs?sort=id:desc").at({"results"}), "id"),
              ElementsAre("b", "a"));
  EXPECT_EQ(server.get("namespaces/company.team/reusable-inputs?sort=colour").status, 422);
  EXPECT_EQ(server.get("namespaces/company.team.child/reusable-inputs/a").text({"namespace"}), "company");
  EXPECT_EQ(server.get("namespaces/company.team.child/reusable-inputs/b").text({"namespace"}), "company.team");
  EXPECT_EQ(server.get("namespaces/company/reusable-inputs/c").status, 404);
  EXPECT_EQ(server.get("namespaces/company.team/reusable-inputs/a/revisions").status, 404) << "a history is of one set";
  EXPECT_EQ(server.get("reusable-inputs/namespaces").body, R"(["company","company.team","other"])");
}

TEST(ReusableInputs, InvalidSourcesAreRefused) {  // API-40, FLOW-20
  Harness server;
  for (const char* source :
       {"", "[]", "- a", "inputs: []", "inputs:\n", "description: x", "inputs: [{id: a}]", "inputs: [{type: STRING}]",
        "inputs: [{id: a, type: NOTHING}]", "inputs: [1]", "inputs: [{id: a, type: INT}, {id: a, type: INT}]",
        "inputs: [{id: a, type: REUSABLE_INPUTS, ref: b}]", "id: other\ninputs: [{id: a, type: INT}]",
        "namespace: other\ninputs: [{id: a, type: INT}]", "colour: red\ninputs: [{id: a, type: INT}]",
        "inputs: [{id: a, type: INT, dependsOn: {inputs: [none]}}]", "inputs: [{id: a", "\xff\xfe"}) {
    const Reply reply = put_set(server, "a/reusable-inputs/set", source);
    EXPECT_EQ(reply.status, 422) << source << "\n" << reply.body;
  }
  EXPECT_EQ(put_set(server, "a/reusable-inputs/-set", "inputs: [{id: a, type: INT}]").status, 422);
  EXPECT_EQ(server.get("namespaces/a/reusable-inputs").at({"total"}).as_integer(), 0);
  EXPECT_EQ(
      server.send("PUT", "namespaces/a/reusable-inputs/set", "\"inputs: [{id: a, type: INT}]\"", "application/json")
          .text({"source"}),
      "inputs: [{id: a, type: INT}]")
      << "YAML as a JSON text";
}

constexpr std::string_view provision =
    "id: provision\nnamespace: company.team\ninputs:\n  - {id: first, type: STRING, defaults: x}\n"
    "  - {id: ad, type: REUSABLE_INPUTS, ref: credentials}\n"
    "tasks:\n  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "
    "\"{{ inputs.ad.user }}@{{ inputs.ad.domain }} {{ inputs.ad.more.level }}\"}\n";

Reply start_flow(Harness& server, const std::string& flow, const std::vector<test::Part>& parts) {
  return server.call(test::form("POST", "executions/company.team/" + flow, parts));
}

TEST(ReusableInputs, TakeThePlaceOfTheirReference) {  // FLOW-20, FLOW-27, API-61
  Harness server;
  ASSERT_EQ(server.send("POST", "flows", std::string(provision), "application/x-yaml").status, 200)
      << "that the set exists is checked at the start of an execution";
  const Reply missing = start_flow(server, "provision", {{"ad.user", "ann", ""}});
  EXPECT_EQ(missing.status, 422);
  EXPECT_THAT(missing.text({"message"}),
              HasSubstr("The reusable inputs 'credentials' do not exist in company.team, company"));

  ASSERT_EQ(put_set(server, "company/reusable-inputs/credentials", std::string(credentials)).status, 200);
  const Reply without = start_flow(server, "provision", {});
  EXPECT_EQ(without.status, 422);
  EXPECT_THAT(without.text({"message"}), HasSubstr("Missing required input:ad.user"));
  const Reply refused = start_flow(server, "provision", {{"ad.user", "ann", ""}, {"ad.domain", "moon", ""}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.text({"message"}), HasSubstr("ad.domain"));

  const Reply started = start_flow(server, "provision", {{"ad.user", "ann", ""}, {"ad.mail", "ann@example.com", ""}});
  ASSERT_EQ(started.status, 200) << started.body;
  const Value ended = server.wait_for_end(started.text({"id"}));
  EXPECT_EQ(ended.find_path({"inputs", "ad", "mail"})->text(), "ann@example.com");
  EXPECT_EQ(ended.find_path({"inputs", "ad", "more", "level"})->as_integer(), 3);
  EXPECT_EQ(ended.find("taskRunList")->items()[0].find_path({"outputs", "value"})->text(), "ann@eu 3");

  const Value form = server.get("executions/flows/company.team/provision").at({"inputs"});
  EXPECT_THAT(texts_of(form, "id"), ElementsAre("first", "ad.user", "ad.domain", "ad.mail", "ad.more"))
      << "a form shows the inputs of the set";
  EXPECT_EQ(form.items()[3].find_path({"dependsOn", "inputs"})->items()[0].text(), "ad.domain");
  EXPECT_EQ(server.get("flows/company.team/provision").at({"inputs"}).items()[1].find("type")->text(),
            "REUSABLE_INPUTS")
      << "a flow is shown as it is written";
}

TEST(ReusableInputs, TheNewestOrTheNamedRevisionIsUsed) {  // API-50
  Harness server;
  put_set(server, "company.team/reusable-inputs/credentials", "inputs: [{id: user, type: STRING, defaults: one}]");
  const auto source = [](std::string_view id, std::string_view reference) {
    return fmt::format(
        "id: {}\nnamespace: company.team\ninputs:\n  - {{id: ad, type: REUSABLE_INPUTS, ref: credentials{}}}\n"
        "tasks:\n  - {{id: say, type: io.kestra.plugin.core.debug.Return, format: \"{{{{ inputs.ad.user }}}}\"}}\n",
        id, reference);
  };
  server.deploy(source("newest", ""));
  server.deploy(source("pinned", ", revision: 1"));
  server.deploy(source("later", ", revision: 3"));
  server.deploy(source("elsewhere", ", namespace: other.place"));
  const auto said = [&server](const std::string& flow) {
    const Value ended = server.wait_for_end(server.run("company.team", flow));
    return std::string(ended.find("taskRunList")->items()[0].find_path({"outputs", "value"})->text());
  };
  EXPECT_EQ(said("newest"), "one");
  put_set(server, "company.team/reusable-inputs/credentials", "inputs: [{id: user, type: STRING, defaults: two}]");
  EXPECT_EQ(said("newest"), "two");
  EXPECT_EQ(said("pinned"), "one");
  const Reply later = server.send("POST", "executions/company.team/later");
  EXPECT_EQ(later.status, 422);
  EXPECT_THAT(later.text({"message"}), HasSubstr("have no revision 3"));
  EXPECT_THAT(server.send("POST", "executions/company.team/elsewhere").text({"message"}),
              HasSubstr("do not exist in other.place, other"));
  put_set(server, "other/reusable-inputs/credentials", "inputs: [{id: user, type: STRING, defaults: other}]");
  EXPECT_EQ(said("elsewhere"), "other");
  EXPECT_EQ(server.send("DELETE", "namespaces/company.team/reusable-inputs/credentials").status, 200);
  EXPECT_EQ(server.send("POST", "executions/company.team/newest").status, 422);
}

TEST(ReusableInputs, HostileBodiesAreRefusedWithAPlace) {  // API-40
  Harness server({.settings = {.limits = {.yaml_bytes = 64 * 1024}}});
  const std::string path = "a/reusable-inputs/set";
  std::string many = "inputs:\n";
  for (int i = 0; i < 500; ++i) many += fmt::format("  - {{id: i{}, type: STRING}}\n", i);
  EXPECT_EQ(put_set(server, path, many).at({"inputs"}).size(), 500u);
  EXPECT_EQ(
      put_set(server, path, "inputs: [{id: a, type: STRING, defaults: \"" + std::string(70'000, 'x') + "\"}]").status,
      413);
  EXPECT_EQ(put_set(server, path, std::string(10'000, '[')).status, 422) << "too deep";
  EXPECT_EQ(put_set(server, path, "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ninputs: *c\n").status, 422);
  EXPECT_EQ(put_set(server, path, std::string("inputs: [{id: \0, type: INT}]", 29)).status, 422);
  EXPECT_EQ(put_set(server, path, "inputs: [{id: ../../x, type: INT}]").status, 422);
  EXPECT_EQ(server.send("PUT", "namespaces/" + path, "{\"inputs\": 1}", "application/json").status, 422);
  EXPECT_EQ(server.send("PUT", "namespaces/" + path, "\"cut", "application/json").status, 422);
  EXPECT_EQ(server.send("PUT", "namespaces/" + path, "inputs: [{id: a, type: INT}]", "image/png").status, 415);
  EXPECT_EQ(put_set(server, "a/reusable-inputs/" + std::string(300, 'a'), "inputs: [{id: a, type: INT}]").status, 422);
  EXPECT_EQ(put_set(server, "-a/reusable-inputs/set", "inputs: [{id: a, type: INT}]").status, 422);
  EXPECT_EQ(server.send("PUT", "namespaces/" + path + "?failIfExists=perhaps", "x", "application/x-yaml").status, 422);
  EXPECT_EQ(server.get("namespaces/" + path + "?revision=0").status, 422);
  EXPECT_EQ(server.get("namespaces/" + path + "?revision=x").status, 422);
  EXPECT_EQ(server.get("namespaces/a/reusable-inputs/%2e%2e").status, 404);
  const Reply placed = put_set(server, path, "description: d\ninputs:\n  - {id: a, type: NOTHING}\n");
  EXPECT_EQ(placed.status, 422);
  EXPECT_EQ(placed.at({"_embedded", "errors"}).items()[0].find("line")->as_integer(), 3) << placed.body;
  EXPECT_EQ(server.get("namespaces/" + path).at({"revision"}).as_integer(), 1) << "nothing was stored";
}

TEST(ReusableInputs, AValidationTellsWhatIsMissing) {  // FLOW-7
  Harness server;
  const auto warnings = [&server] {
    const Value found = server.send("POST", "flows/validate", std::string(provision), "application/x-yaml").json();
    const Value* list = found.items()[0].find("warnings");
    EXPECT_EQ(found.items()[0].find("constraints"), nullptr) << "it can be saved";
    return list == nullptr ? std::string() : std::string(list->items()[0].text());
  };
  EXPECT_EQ(warnings(), "Input 'ad': The reusable inputs 'credentials' do not exist in company.team, company.");
  put_set(server, "company/reusable-inputs/credentials", std::string(credentials));
  EXPECT_EQ(warnings(), "");
}

TEST(ReusableInputs, ADeletionDoesNotTouchWhatRuns) {  // FLOW-20
  Harness server;
  put_set(server, "a/reusable-inputs/set", "inputs: [{id: word, type: STRING, defaults: kept}]");
  server.deploy(test::waiting_flow("a", "slow", "inputs: [{id: s, type: REUSABLE_INPUTS, ref: set}]\n"));
  const std::string id = server.run("a", "slow");
  EXPECT_EQ(server.send("DELETE", "namespaces/a/reusable-inputs/set").status, 200) << "although a flow refers to it";
  EXPECT_EQ(server.get("executions/" + id).json().find_path({"inputs", "s", "word"})->text(), "kept");
  const Reply refused = server.send("POST", "executions/a/slow");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.text({"message"}), HasSubstr("The reusable inputs 'set' do not exist in a"));
  EXPECT_EQ(server.get("flows/a/slow").status, 200);
  put_set(server, "a/reusable-inputs/set", "inputs: [{id: word, type: STRING, defaults: back}]");
  EXPECT_EQ(server.get("executions/" + server.run("a", "slow")).json().find_path({"inputs", "s", "word"})->text(),
            "back");
}

TEST(ReusableInputs, ReferencesAreChecked) {  // FLOW-6, FLOW-20
  Harness server;
  const auto refusal = [&server](std::string_view inputs) {
    const Reply reply = server.send("POST", "flows",
                                    fmt::format("id: f\nnamespace: a\ninputs: {}\ntasks:\n  - {{id: t, type: "
                                                "io.kestra.plugin.core.debug.Return}}\n",
                                                inputs),
                                    "application/x-yaml");
    return reply.status == 200 ? "" : reply.text({"message"});
  };
  EXPECT_THAT(refusal("[{id: ad, type: REUSABLE_INPUTS}]"), HasSubstr("ref"));
  EXPECT_THAT(refusal("[{id: ad, type: REUSABLE_INPUTS, ref: x, revision: 0}]"), HasSubstr("revision"));
  EXPECT_THAT(refusal("[{id: ad, type: REUSABLE_INPUTS, ref: x, defaults: 1}]"), HasSubstr("default value"));
  EXPECT_THAT(refusal("[{id: ad, type: REUSABLE_INPUTS, ref: x}, {id: ad.y, type: STRING}]"), HasSubstr("conflicts"));
  EXPECT_THAT(refusal("[{id: f, type: FORM, inputs: [{id: ad, type: REUSABLE_INPUTS, ref: x}]}]"),
              HasSubstr("cannot contain a REUSABLE_INPUTS"));
  EXPECT_THAT(refusal("[{id: l, type: ARRAY, itemType: REUSABLE_INPUTS}]"), HasSubstr("itemType"));
  EXPECT_EQ(refusal("[{id: ad, type: REUSABLE_INPUTS, ref: x}, {id: y, type: STRING, dependsOn: {inputs: [ad.user]}}]"),
            "")
      << "what the set has is not known when a flow is saved";
}

}  // namespace
}  // namespace gyr::web
