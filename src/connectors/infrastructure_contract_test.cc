// NetBox, Cloudflare, Argo CD and MAAS with real requests to the contract server.
#include <gmock/gmock.h>

#include "connectors/testing/contract_server.h"

namespace gyr::connectors {
namespace {

using base::Value;
using ::testing::Contains;
using ::testing::HasSubstr;

class InfrastructureContract : public testing::ContractTest {
 protected:
  std::string netbox(std::string_view more, std::string_view token = "acceptance-token") const {
    return fmt::format("url: '{}/netbox/', token: {}, {}", url_, token, more);
  }
  std::string cloudflare(std::string_view more, std::string_view token = "acceptance-token") const {
    return fmt::format("baseUrl: '{}/cloudflare/client/v4', apiToken: {}, {}", url_, token, more);
  }
  std::string argo(std::string_view more, std::string_view token = "acceptance-token") const {
    return fmt::format("server: '{}', plaintext: true, token: {}, {}", url_, token, more);
  }
  std::string maas(std::string_view more, std::string_view key = "consumer:token:secret") const {
    return fmt::format("url: '{}/MAAS', apiKey: '{}', {}", url_, key, more);
  }
  /// Positions of jobs, as the server keeps them.
  void keep_positions() {
    context_.host = [this](std::string_view function, const Value& arguments) -> base::Result<Value> {
      const std::string key(arguments.find("key")->text());
      if (function == "kv.set") {
        positions_[key] = *arguments.find("value");
        return Value();
      }
      const auto found = positions_.find(key);
      return Value::map({{"found", Value::boolean(found != positions_.end())},
                         {"value", found == positions_.end() ? Value() : found->second}});
    };
  }
  std::string enlisted(std::string_view hostname) {
    const Value made = outputs("io.kestra.plugin.ee.canonical.maas.EnlistMachine",
                               maas(fmt::format("macAddress: '52:54:00:12:34:56', hostname: {}, architecture: "
                                                "amd64/generic, powerType: ipmi, powerParameters: {{power_pass: p}}",
                                                hostname)));
    return made.find("systemId") == nullptr ? std::string() : std::string(made.find("systemId")->text());
  }
  std::map<std::string, Value> positions_;
};

TEST_F(InfrastructureContract, NetBoxKeepsDevicesAndAddresses) {  // PLUG-230, PLUG-231, PLUG-232
  const std::string type = "io.kestra.plugin.ee.netbox.";
  EXPECT_EQ(failure(type + "CreateDevice", netbox("name: web-1")),
            "NetBox: POST failed with status 400: device_type: This field is required.; role: This field is required.; "
            "site: This field is required.");
  const Value made =
      outputs(type + "device.Create", netbox("name: web-1, deviceType: r640, deviceRole: Server, site: 1"));
  ASSERT_NE(made.find("primary_interface_id"), nullptr);
  const int64_t device = made.find("id")->as_integer();
  const int64_t port = made.find("primary_interface_id")->as_integer();
  EXPECT_THAT(get("/_state"), HasSubstr(fmt::format(R"({{"id": {}, "name": "mgmt0", "mgmt_only": true)", port)));
  const std::string address = netbox(
      fmt::format("address: 10.1.1.1/24, assignedObjectId: {}, dnsName: web-1.example.test, idempotent: true", port));
  const Value ip = outputs(type + "ipam.AssignIpAddress", address);
  EXPECT_EQ(ip.find("address")->text(), "10.1.1.1/24");
  EXPECT_EQ(*outputs(type + "AssignIpAddress", address).find("id"), *ip.find("id")) << "the same address again";
  EXPECT_EQ(outputs(type + "AssignIpAddress", netbox("prefixId: 1")).find("address")->text(), "10.9.0.1/24");
  outputs(type + "UpdateDevice", netbox(fmt::format("deviceId: {}, serial: S1", device)));
  EXPECT_THAT(get("/_state"), HasSubstr(R"("serial": "S1")"));
  outputs(type + "device.Create", netbox("name: web-2, deviceType: {slug: r640}, deviceRole: server, site: north"));
  const Value listed = outputs(type + "device.List", netbox("filters: {site: north}, fields: [name], limit: 1"));
  EXPECT_EQ(syntax::write_json(*listed.find("rows")), R"([{"name":"web-1"},{"name":"web-2"}])");
  EXPECT_EQ(outputs(type + "ListDevices", netbox("filters: {site: empty}")).find("size")->as_integer(), 0);
  EXPECT_EQ(outputs(type + "ListSites", netbox("fetchType: FETCH_ONE")).find("row")->find("slug")->text(), "north");
  outputs(type + "contactassignment.Create",
          netbox(fmt::format("contentType: dcim.device, objectId: {}, contactId: 4, roleId: 1", device)));
  EXPECT_THAT(get("/_calls?service=netbox"), HasSubstr(R"("object_type": "dcim.device")"));
  EXPECT_EQ(failure(type + "site.List", netbox("limit: 5", "wrong")),
            "NetBox: GET failed with status 403: Authentication credentials were not provided.");
  EXPECT_THAT(context_.masked, Contains("acceptance-token"));
}

TEST_F(InfrastructureContract, CloudflareKeepsRecords) {  // PLUG-200, PLUG-202, PLUG-203
  const std::string type = "io.kestra.plugin.cloudflare.dns.records.";
  const std::string wanted = cloudflare("zoneId: zone-1, recordType: A, name: www.example.test, content: 192.0.2.1");
  const Value made = outputs(type + "Upsert", wanted);
  EXPECT_EQ(made.find("action")->text(), "created");
  EXPECT_EQ(outputs(type + "Upsert", wanted).find("action")->text(), "unchanged");
  EXPECT_EQ(outputs(type + "Upsert", wanted + ", ttl: 300").find("action")->text(), "updated");
  EXPECT_EQ(failure(type + "Create", wanted),
            "Cloudflare: POST failed with status 400: 81058: An identical record "
            "already exists.");
  const std::string one = fmt::format("zoneId: zone-1, recordId: {}", made.find("id")->text());
  EXPECT_EQ(outputs(type + "Get", cloudflare(one)).find("ttl")->as_integer(), 300);
  outputs(type + "Update", cloudflare(one + ", content: 192.0.2.2"));
  outputs(type + "Create", cloudflare("zoneId: zone-1, recordType: A, name: www.example.test, content: 192.0.2.3"));
  EXPECT_THAT(failure(type + "Upsert", wanted), HasSubstr("several records have the name www.example.test"));
  EXPECT_EQ(outputs(type + "List", cloudflare("zoneId: zone-1, recordType: A")).find("size")->as_integer(), 2);
  const Value batch = outputs(
      type + "Batch",
      cloudflare(fmt::format("zoneId: zone-1, posts: [{{type: TXT, name: t, content: c}}], deletes: [{{id: {}}}]",
                             made.find("id")->text())));
  EXPECT_EQ(*batch.find("success"), Value::boolean(true));
  EXPECT_EQ(failure(type + "Delete", cloudflare(one)),
            "Cloudflare: DELETE failed with status 404: 81044: Record not found");
  EXPECT_EQ(failure(type + "List", cloudflare("zoneId: zone-1", "wrong")),
            "Cloudflare: GET failed with status 403: 10000: Authentication error");
}

TEST_F(InfrastructureContract, CloudflareDoesTheRest) {  // PLUG-200, PLUG-201
  const std::string type = "io.kestra.plugin.cloudflare.";
  std::string files;
  for (int i = 0; i < 31; ++i) files += fmt::format("{}'https://www.example.test/{}'", i == 0 ? "" : ", ", i);
  const Value purged = outputs(type + "cache.Purge", cloudflare(fmt::format("zoneId: zone-1, files: [{}]", files)));
  EXPECT_EQ(purged.find("requestIds")->size(), 2U);
  EXPECT_THAT(failure(type + "cache.Purge", cloudflare("zoneId: zone-1")), HasSubstr("nothing to remove"));
  const Value rule =
      outputs(type + "waf.accessrules.Create", cloudflare("accountId: acc, mode: Block, target: IP, value: 192.0.2.1"));
  EXPECT_EQ(rule.find("mode")->text(), "block");
  EXPECT_EQ(outputs(type + "waf.accessrules.List", cloudflare("accountId: acc")).find("size")->as_integer(), 1);
  const std::string rule_id = fmt::format("accountId: acc, ruleId: {}", rule.find("ruleId")->text());
  EXPECT_EQ(*outputs(type + "waf.accessrules.Delete", cloudflare(rule_id)).find("deleted"), Value::boolean(true));
  const Value space = outputs(type + "compute.namespaces.Create", cloudflare("accountId: acc, title: releases"));
  const std::string keys = fmt::format("accountId: acc, namespaceId: {}", space.find("namespaceId")->text());
  outputs(type + "compute.kv.Write", cloudflare(keys + ", keyValues: [{key: a, value: x}, {key: b, value: 2}]"));
  EXPECT_EQ(syntax::write_json(*outputs(type + "compute.kv.Get", cloudflare(keys + ", keys: [a, b]")).find("values")),
            R"({"a":"x","b":"2"})");
  EXPECT_EQ(outputs(type + "zones.Get", cloudflare("hostname: example.test")).find("id")->text(), "zone-1");
  EXPECT_THAT(failure(type + "zones.Get", cloudflare("hostname: other.test")), HasSubstr("no zone has the name"));
  EXPECT_EQ(outputs(type + "zones.List", cloudflare("status: active")).find("size")->as_integer(), 1);
}

TEST_F(InfrastructureContract, ArgoCdSynchronises) {  // PLUG-190 to PLUG-194
  keep_positions();
  const std::string type = "io.kestra.plugin.argocd.apps.";
  const std::string created = argo("application: new-shop, repo: 'https://git.example.test/shop', path: deploy");
  const Value made = outputs(type + "Create", created);
  ASSERT_NE(made.find("action"), nullptr);
  EXPECT_EQ(made.find("action")->text(), "created");
  const Value synced = outputs(type + "Sync", argo("application: new-shop, prune: true"));
  EXPECT_EQ(synced.find("syncStatus")->text(), "Synced");
  EXPECT_EQ(synced.find("revision")->text(), std::string(40, 'b'));
  EXPECT_EQ(outputs(type + "Status", argo("application: new-shop, refresh: true"))
                .find("app")
                ->find("status")
                ->find("health")
                ->find("status")
                ->text(),
            "Healthy");
  positions_.clear();
  ask("POST", "/_set", R"({"argocd": {"new-shop": {"phase": "Failed"}}})");
  EXPECT_EQ(failure(type + "Sync", argo("application: new-shop")),
            "Argo CD: the job ended with Failed: one or more objects failed to apply");
  outputs(type + "Patch", argo(R"(application: new-shop, patchType: MERGE, patch: '{"spec": {"project": "p"}}')"));
  EXPECT_EQ(*outputs(type + "Delete", argo("application: new-shop, wait: true, timeout: PT30S")).find("rawOutput"),
            Value::string(R"({"error":"applications.argoproj.io \"new-shop\" not found","code":5})"));
  EXPECT_THAT(failure(type + "Status", argo("application: missing")),
              HasSubstr("status 404: applications.argoproj.io"));
  EXPECT_THAT(failure(type + "Status", argo("application: new-shop", "wrong")),
              HasSubstr("status 401: no session information"));
}

TEST_F(InfrastructureContract, AKillTerminatesASynchronisation) {  // PLUG-9
  keep_positions();
  ask("POST", "/_set", R"({"argocd": {"shop": {"after": 1000}}})");
  context_.on_log = [this](model::LogLevel level) {
    if (level == model::LogLevel::info && context_.logged.back().message == "Argo CD: Running")
      context_.cancel.cancel();
  };
  auto killed = run("io.kestra.plugin.argocd.apps.Sync", argo("application: shop"));
  ASSERT_FALSE(killed.has_value());
  EXPECT_EQ(killed.error().error.code(), plugin::task_cancelled);
  EXPECT_THAT(get("/_state"), HasSubstr("operation terminated"));
}

TEST_F(InfrastructureContract, MaasDeploysAMachine) {  // PLUG-220, PLUG-222
  keep_positions();
  const std::string type = "io.kestra.plugin.ee.canonical.maas.";
  const std::string id = enlisted("web-1");
  ASSERT_NE(id, "");
  const std::string wait = fmt::format("systemId: {}, pollInterval: PT0.01S, ", id);
  EXPECT_EQ(outputs(type + "CommissionMachine", maas(wait + "waitForCompletion: true")).find("status")->text(),
            "Ready");
  EXPECT_THAT(context_.lines(model::LogLevel::info),
              ::testing::IsSupersetOf({"MAAS: Commissioning", "MAAS: Testing", "MAAS: Ready"}));
  ++context_.run_info.attempt;
  positions_.clear();
  const Value deployed =
      outputs(type + "DeployMachine", maas(wait + "osystem: ubuntu, userData: '#cloud-config', userTags: [prod], "
                                                  "storageLayout: lvm, waitForDeployment: true"));
  EXPECT_EQ(syntax::write_json(*deployed.find("ipAddresses")), R"(["10.100.1.45"])");
  const std::string state = get("/_state");
  EXPECT_THAT(state, HasSubstr(R"("tag_names": ["prod"])"));
  EXPECT_THAT(state, HasSubstr(R"("user_data": "I2Nsb3VkLWNvbmZpZw==")"));
  EXPECT_THAT(state, HasSubstr(R"("storage_layout": "lvm")"));
  // The worker is lost, and another one resumes: nothing is done again.
  ask("DELETE", "/_calls");
  EXPECT_EQ(
      outputs(type + "DeployMachine", maas(wait + "userTags: [prod], waitForDeployment: true")).find("status")->text(),
      "Deployed");
  EXPECT_EQ(get("/_calls").find("\"POST\""), std::string::npos);
  positions_.clear();
  EXPECT_EQ(outputs(type + "PowerControlMachine", maas(wait + "action: 'off', waitForPowerState: true"))
                .find("powerState")
                ->text(),
            "off");
  positions_.clear();
  EXPECT_EQ(outputs(type + "PowerControlMachine", maas(wait + "action: cycle")).find("powerState")->text(), "on");
  const Value listed = outputs(type + "ListMachines", maas("filters: {status: deployed}, fields: [hostname]"));
  EXPECT_EQ(syntax::write_json(*listed.find("machines")), R"([{"hostname":"web-1"}])");
}

TEST_F(InfrastructureContract, MaasTellsWhatFailed) {  // PLUG-220
  keep_positions();
  const std::string type = "io.kestra.plugin.ee.canonical.maas.";
  ask("POST", "/_set", R"({"maas": {"web-1": "Failed commissioning"}})");
  const std::string wait = fmt::format("systemId: {}, pollInterval: PT0.01S, ", enlisted("web-1"));
  EXPECT_EQ(failure(type + "CommissionMachine", maas(wait + "waitForCompletion: true")),
            "MAAS: the job ended with Failed commissioning: as the test asked");
  positions_.clear();
  EXPECT_THAT(failure(type + "DeployMachine", maas(wait + "osystem: ubuntu")),
              HasSubstr("MAAS: POST failed with status 409: Can't deploy a machine"));
  EXPECT_EQ(failure(type + "ListMachines", maas("page: 1", "consumer:token:wrong")),
            "MAAS: GET failed with status 401: Authorization Error: 'Invalid access token'");
  EXPECT_THAT(failure(type + "PowerControlMachine", maas("systemId: nothing, action: query")),
              HasSubstr("status 404: No Machine matches the given query."));
  EXPECT_EQ(failure(type + "EnlistMachine", maas("macAddress: '52:54:00:12:34:56'")),
            "MAAS: POST failed with status 400: architecture: This field is required.");
}

TEST_F(InfrastructureContract, AKillAbortsACommissioning) {  // PLUG-9
  keep_positions();
  const std::string id = enlisted("web-1");
  context_.on_log = [this](model::LogLevel level) {
    if (level == model::LogLevel::info && context_.logged.back().message == "MAAS: Commissioning")
      context_.cancel.cancel();
  };
  auto killed = run("io.kestra.plugin.ee.canonical.maas.CommissionMachine",
                    maas(fmt::format("systemId: {}, pollInterval: PT1H, timeout: PT2H, waitForCompletion: true", id)));
  ASSERT_FALSE(killed.has_value());
  EXPECT_EQ(killed.error().error.code(), plugin::task_cancelled);
  EXPECT_THAT(context_.lines(model::LogLevel::info), Contains("MAAS: asked to end the job"));
  EXPECT_THAT(get("/_state"), HasSubstr(R"("status_name": "New")"));
}

}  // namespace
}  // namespace gyr::connectors
