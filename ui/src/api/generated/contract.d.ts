// Made by tools/contract.mjs from GET /api/v1/openapi. Do not edit: ./dev ui --contract makes it again.
// Contract 61ac5630da3a9afeb5f8d1e325e8c8dd, types 595cb9aa43c4230181b13300bc784372
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Redirects to the web UI */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show this API description as a page */
        get: operations["getContractPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/basicAuthValidationErrors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the problems of the configured credentials */
        get: operations["getBasicAuthConfigErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/configs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the configuration of this instance for clients */
        get: operations["getConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/configs/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the configuration of the login page */
        get: operations["getLoginConfiguration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instance/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the health of the whole installation: database, storage, services and queues */
        get: operations["getInstallationHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instance/maintenance/enter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enter maintenance mode: running tasks end, no new task starts */
        post: operations["enterMaintenance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instance/maintenance/exit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave maintenance mode: waiting executions continue */
        post: operations["exitMaintenance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instance/maintenance/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get whether maintenance mode is on, and whether all tasks have ended */
        get: operations["maintenanceStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instance/services/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count the running services by type */
        get: operations["getActiveServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instance/services/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the services of all servers */
        get: operations["searchServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instance/services/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a service with its events and settings */
        get: operations["getService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/kill-switches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a kill switch */
        post: operations["createKillSwitch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/kill-switches/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all kill switches, including the archived ones */
        get: operations["searchKillSwitches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/kill-switches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a kill switch */
        put: operations["updateKillSwitch"];
        post?: never;
        /** Archive a kill switch: it no longer has an effect, but is still listed */
        delete: operations["deleteKillSwitch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in and get a cookie */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log out and delete the cookie */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/main-tenant-flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the tenant `main` has flows */
        get: operations["mainTenantFlows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the caller */
        get: operations["getCurrentUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the preferences of the caller */
        get: operations["getPreferences"];
        /** Replace the preferences of the caller; 409 with the stored ones if the revision is not theirs */
        put: operations["putPreferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get this API description as JSON */
        get: operations["getContract"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pebble/filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the filters of expressions */
        get: operations["getExpressionFilters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pebble/functions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the functions of expressions */
        get: operations["getExpressionFunctions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List plugins */
        get: operations["listPlugins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/groups/subgroups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List plugins by sub-group */
        get: operations["getPluginBySubgroups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/icons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the icons of all types */
        get: operations["getPluginIcons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/icons/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the icons of groups of types */
        get: operations["getPluginGroupIcons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/icons/{cls}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the icon of a type */
        get: operations["getPluginIcon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/icons/{cls}/icon.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the icon of a type as an image */
        get: operations["getPluginIconSvg"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/inputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the types of inputs */
        get: operations["getAllInputTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/inputs/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the documentation of a type of input */
        get: operations["getSchemaFromInputType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/pluginUiManifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** List the user interfaces of types */
        post: operations["getPluginUiManifest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/properties/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the properties of a kind of document */
        get: operations["getPropertiesFromType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/schemas/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the JSON Schema of a kind of document */
        get: operations["getSchemasFromType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the types of triggers */
        get: operations["listTriggerPlugins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{cls}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the documentation of a type */
        get: operations["getPluginDocumentation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{cls}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a type */
        get: operations["getPluginVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{cls}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the documentation of a type in a version */
        get: operations["getPluginDocumentationFromVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plugins/{group}/pluginUi/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a file of the user interface of types */
        get: operations["getPluginUi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/basicAuth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create the first account; from then on a login is required */
        post: operations["createBasicAuth"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List blueprints of flows */
        get: operations["searchBlueprintsOfFlows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tags of blueprints of flows */
        get: operations["listBlueprintTagsOfFlows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/{id}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the graph of a blueprint of a flow */
        get: operations["getBlueprintGraphOfFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/{id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the source of a blueprint of a flow */
        get: operations["getBlueprintSourceOfFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List blueprints; with the id of one in place of a kind: its address */
        get: operations["searchBlueprints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/{kind}/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tags of blueprints */
        get: operations["listBlueprintTags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a blueprint */
        get: operations["getBlueprint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/{kind}/{id}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the graph of a blueprint */
        get: operations["getBlueprintGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/blueprints/community/{kind}/{id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the source of a blueprint */
        get: operations["getBlueprintSource"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/concurrency-limit/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the flows that have a concurrency limit, with the slots taken */
        get: operations["searchConcurrencyLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/concurrency-limit/{namespace}/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Recount the used slots of a flow; the count is derived from its executions and cannot be set */
        put: operations["updateConcurrencyLimit"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for dashboards */
        get: operations["searchDashboards"];
        put?: never;
        /** Create or replace a dashboard */
        post: operations["createDashboard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/charts/export/to-csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export the data of a chart that is not stored */
        post: operations["exportChartToCsv"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/charts/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the data of a chart that is not stored */
        post: operations["previewChart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/settings/default-dashboards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the default dashboards of the pages */
        get: operations["getDefaultDashboards_1"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a dashboard without storing it */
        post: operations["validateDashboard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/validate/chart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a chart without storing it */
        post: operations["validateChart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a dashboard */
        get: operations["getDashboard"];
        /** Update a dashboard */
        put: operations["updateDashboard"];
        post?: never;
        /** Delete a dashboard */
        delete: operations["deleteDashboard"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/{id}/charts/{chartId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the data of a chart */
        post: operations["getDashboardChartData"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dashboards/{id}/charts/{chartId}/export/to-csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export the data of a chart */
        post: operations["exportDashboardChartDataToCSV"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the dependencies between all flows */
        get: operations["getFlowDependenciesFromTenant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open the stream of events of a browser; its first frame has its name */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/events/{stream}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the topics of a stream of events */
        post: operations["subscribeEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the executions of a flow */
        get: operations["searchExecutionsByFlowId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete executions by their ids */
        delete: operations["deleteExecutionsByIds"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete the executions that match */
        delete: operations["deleteExecutionsByQuery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/change-status/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the final state of executions by their ids */
        post: operations["updateExecutionsStatusByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/change-status/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the final state of the executions that match */
        post: operations["updateExecutionsStatusByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare two executions: inputs, outputs, labels, task runs, revisions */
        get: operations["compareExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count executions by state and time of start */
        get: operations["countExecutions"];
        put?: never;
        /** Count executions by state and time of start, with the filters in the body */
        post: operations["countExecutionsByBody"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/distinct-field-values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the values of a field in the matching executions */
        get: operations["findDistinctFieldValues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/export/by-query/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export executions as CSV */
        get: operations["exportExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/flows/{namespace}/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a flow as its executions show it */
        get: operations["getFlowFromExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/force-run/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Force executions to run by ids */
        post: operations["forceRunByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/force-run/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Force the matching executions to run */
        post: operations["forceRunExecutionsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/kill/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Kill executions by their ids */
        delete: operations["killExecutionsByIds"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/kill/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Kill the executions that match */
        delete: operations["killExecutionsByQuery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/labels/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add labels to ended executions by their ids */
        post: operations["setLabelsOnTerminatedExecutionsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/labels/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add labels to the ended executions that match */
        post: operations["setLabelsOnTerminatedExecutionsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the newest execution of each flow */
        post: operations["getLatestExecutions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the namespaces that have executable flows */
        get: operations["listExecutableDistinctNamespaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/namespaces/{namespace}/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the executable flows of a namespace */
        get: operations["listFlowExecutionsByNamespace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/pause/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause executions by their ids */
        post: operations["pauseExecutionsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/pause/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause the executions that match */
        post: operations["pauseExecutionsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/replay/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay executions by their ids */
        post: operations["replayExecutionsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/replay/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay the executions that match */
        post: operations["replayExecutionsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/restart/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart executions by their ids */
        post: operations["restartExecutionsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/restart/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart the executions that match */
        post: operations["restartExecutionsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/resume/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume executions by their ids */
        post: operations["resumeExecutionsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/resume/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume the executions that match */
        post: operations["resumeExecutionsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for executions */
        get: operations["searchExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/unqueue/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove executions from their queues by ids */
        post: operations["unqueueExecutionsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/unqueue/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove the matching executions from their queues */
        post: operations["unqueueExecutionsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/webhook/{namespace}/{id}/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Start an execution by a webhook trigger */
        get: operations["triggerExecutionByGetWebhook"];
        /** Start an execution by a webhook trigger */
        put: operations["triggerExecutionByPutWebhook"];
        /** Start an execution by a webhook trigger */
        post: operations["triggerExecutionByPostWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/webhook/{namespace}/{id}/{key}/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Start an execution by a webhook trigger that has a path */
        get: operations["triggerExecutionByGetWebhookWithPath"];
        /** Start an execution by a webhook trigger that has a path */
        put: operations["triggerExecutionByPutWebhookWithPath"];
        /** Start an execution by a webhook trigger that has a path */
        post: operations["triggerExecutionByPostWebhookWithPath"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an execution */
        get: operations["getExecution"];
        put?: never;
        post?: never;
        /** Delete an execution */
        delete: operations["deleteExecution"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/change-status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the final state of an execution */
        post: operations["updateExecutionStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/eval": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate an expression in an execution */
        post: operations["evalExpression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/eval/{taskRunId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evaluate an expression in a task run */
        post: operations["evalTaskRunExpression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/force-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Force an execution to run, without regard to its date and the concurrency limit */
        post: operations["forceRunExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/kill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Kill an execution */
        delete: operations["killExecution"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace the labels of an ended execution; system labels are kept */
        post: operations["setLabelsOnTerminatedExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a running execution */
        post: operations["pauseExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run an execution again as a new execution */
        post: operations["replayExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/replay-with-inputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run an execution again as a new execution, with other inputs */
        post: operations["replayExecutionWithinputs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart an execution from the failed tasks */
        post: operations["restartExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a paused execution */
        post: operations["resumeExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/resume-from-breakpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume an execution that is stopped at a breakpoint */
        post: operations["resumeExecutionFromBreakpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/resume/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check the inputs of a resume */
        post: operations["validateResumeExecutionInputs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the state of a task run and continue the execution from it */
        post: operations["updateTaskRunState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/actions/unqueue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove an execution from the queue of its flow */
        post: operations["unqueueExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Explain what an execution waits for and which actions are possible */
        get: operations["explainExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download a file of an execution */
        get: operations["downloadFileFromExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/file/metas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the size of a file of an execution */
        get: operations["getFileMetadatasFromExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/file/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the beginning of a file of an execution */
        get: operations["previewFileFromExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the flow of an execution */
        get: operations["getFlowFromExecutionById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow an execution by server-sent events */
        get: operations["followExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/follow-dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow the states of an execution and of its related executions */
        get: operations["followDependenciesExecutions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the graph of an execution with its task runs */
        get: operations["getExecutionFlowGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List everything that happened to an execution, in order of time */
        get: operations["executionHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Release an execution from quarantine */
        post: operations["releaseExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{executionId}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List task runs of an execution, with counts by state */
        get: operations["listTaskRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{namespace}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start an execution of a flow */
        post: operations["createExecution"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/executions/{namespace}/{id}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check the inputs of a new execution */
        post: operations["validateNewExecutionInputs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/expressions/render": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Render expressions in an execution */
        post: operations["renderExpressions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a flow from its source */
        post: operations["createFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create and update flows from several documents */
        post: operations["bulkUpdateFlows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/delete/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete flows by their ids */
        delete: operations["deleteFlowsByIds"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/delete/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete the flows that match */
        delete: operations["deleteFlowsByQuery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/deprecated": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List flows with deprecated tasks */
        get: operations["listDeprecated"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/disable/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable flows by their ids */
        post: operations["disableFlowsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/disable/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable the flows that match */
        post: operations["disableFlowsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/distinct-namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all namespaces that have flows */
        get: operations["listDistinctNamespaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/enable/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable flows by their ids */
        post: operations["enableFlowsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/enable/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable the flows that match */
        post: operations["enableFlowsByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/export/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export flows as a zip */
        post: operations["exportFlowsByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/export/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export the flows that match as a zip */
        get: operations["exportFlowsByQuery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/export/by-query/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export flows as CSV */
        get: operations["exportFlows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/expressions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** List the completions for expressions of a flow */
        post: operations["expressions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the graph of a flow's source */
        post: operations["generateFlowGraphFromSource"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import flows from YAML or a zip */
        post: operations["importFlows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the last runs, the triggers and the next date of each flow */
        post: operations["flowsOverview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for flows */
        get: operations["searchFlows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for flows by a text in their sources */
        get: operations["searchFlowsBySourceCode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Validate one or several flows */
        post: operations["validateFlows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/validate/task": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Validate a single task or trigger */
        post: operations["validateTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/validate/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Validate a single trigger */
        post: operations["validateTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the flows of a namespace */
        get: operations["listFlowsByNamespace"];
        put?: never;
        /** Write all flows of a namespace */
        post: operations["updateFlowsInNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a flow */
        get: operations["getFlow"];
        /** Update a flow */
        put: operations["updateFlow"];
        post?: never;
        /** Delete a flow */
        delete: operations["deleteFlow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}/dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the flows that a flow starts, and the flows that start it */
        get: operations["getFlowDependencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the graph of a flow */
        get: operations["generateFlowGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}/grid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the states of all tasks of a flow in its last executions */
        get: operations["flowGrid"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}/insight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get how long the last executions of a flow and its tasks lasted */
        get: operations["flowInsight"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the revisions of a flow */
        get: operations["listFlowRevisions"];
        put?: never;
        post?: never;
        /** Delete revisions of a flow, except the current one */
        delete: operations["deleteRevisions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}/tasks/{taskId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a task of a flow, at any depth */
        get: operations["getTaskFromFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/flows/{namespace}/{id}/{taskId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Replace a task in the source of a flow; everything around it stays as it is */
        patch: operations["updateTask"];
        trace?: never;
    };
    "/api/v1/{tenant}/kv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List keys of all namespaces */
        get: operations["listAllKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for log lines */
        get: operations["searchLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/{executionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the log of an execution */
        get: operations["listLogsFromExecution"];
        put?: never;
        post?: never;
        /** Delete logs of an execution */
        delete: operations["deleteLogsFromExecution"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/{executionId}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download the log of an execution */
        get: operations["downloadLogsFromExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/{executionId}/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find the next line of a log with a text or a level */
        get: operations["logFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/{executionId}/follow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Follow the log of an execution by server-sent events */
        get: operations["followLogsFromExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/{executionId}/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count the lines of a log by level, part and task run */
        get: operations["logProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/{executionId}/window": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the lines of a log around a place */
        get: operations["logWindow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/logs/{namespace}/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete the logs of a trigger */
        delete: operations["deleteLogsFromFlow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/me/bookmarks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the bookmarks of the caller */
        get: operations["getBookmarks"];
        /** Replace the bookmarks of the caller */
        put: operations["putBookmarks"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/me/filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the saved filters of the caller, and those that are shared with the tenant */
        get: operations["listSavedFilters"];
        put?: never;
        /** Save a filter of a list */
        post: operations["createSavedFilter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/me/filters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a saved filter */
        get: operations["getSavedFilter"];
        /** Change a saved filter of the caller */
        put: operations["updateSavedFilter"];
        post?: never;
        /** Delete a saved filter of the caller */
        delete: operations["deleteSavedFilter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/metrics/aggregates/{namespace}/{flowId}/{metric}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sum a metric of a flow over time */
        get: operations["aggregateMetricsFromFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/metrics/aggregates/{namespace}/{flowId}/{taskId}/{metric}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sum a metric of a task over time */
        get: operations["aggregateMetricsFromTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/metrics/names/{namespace}/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the names of the metrics of a flow */
        get: operations["listFlowMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/metrics/names/{namespace}/{flowId}/{taskId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the names of the metrics of a task */
        get: operations["listTaskMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/metrics/tasks/{namespace}/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tasks of a flow that have metrics */
        get: operations["listTasksWithMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/metrics/{executionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the metrics of an execution */
        get: operations["searchByExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create the configuration of a namespace */
        post: operations["createNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/autocomplete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** List namespaces by a part of their names */
        post: operations["autocompleteNamespaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for namespaces */
        get: operations["searchNamespaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a namespace */
        get: operations["getNamespace"];
        /** Update the configuration of a namespace */
        put: operations["updateNamespace"];
        post?: never;
        /** Delete the configuration of a namespace */
        delete: operations["deleteNamespace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{id}/inherited-plugindefaults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the plugin defaults that a namespace inherits from its parents */
        get: operations["inheritedPluginDefaults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{id}/inherited-variables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the variables that a namespace inherits from its parents */
        get: operations["inheritedVariables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{id}/plugindefaults/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export the plugin defaults of a namespace as YAML */
        post: operations["exportPluginDefaults"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{id}/plugindefaults/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add the plugin defaults of a YAML file to a namespace; those of the same types are replaced */
        post: operations["importPluginDefaults"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the dependencies of the flows of a namespace */
        get: operations["getFlowDependenciesFromNamespace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the content of a file */
        get: operations["getFileContent"];
        /** Move or rename a file or directory */
        put: operations["moveFileDirectory"];
        /** Write a file */
        post: operations["createNamespaceFile"];
        /** Delete a file or directory */
        delete: operations["deleteFileDirectory"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/files/directory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the content of a directory */
        get: operations["listNamespaceDirectoryFiles"];
        put?: never;
        /** Create a directory */
        post: operations["createNamespaceDirectory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/files/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export all files and flows of a namespace as a zip */
        get: operations["exportNamespaceFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/files/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the revisions of a file */
        get: operations["getFileRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/files/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find files by a part of their paths */
        get: operations["searchNamespaceFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/files/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get size and times of a file or directory */
        get: operations["getFileMetadatas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/inherited-secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the names of the secrets that flows of a namespace can use */
        get: operations["getInheritedSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/kv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the keys of a namespace */
        get: operations["listKeys"];
        put?: never;
        post?: never;
        /** Delete keys */
        delete: operations["deleteKeyValues"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/kv/inheritance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the keys of the parent namespaces */
        get: operations["listKeysWithInheritence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/kv/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the value of a key */
        get: operations["getKeyValue"];
        /** Set the value of a key */
        put: operations["setKeyValue"];
        post?: never;
        /** Delete a key */
        delete: operations["deleteKeyValue"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/kv/{key}/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the value and the metadata of a key */
        get: operations["getKeyValueDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/reusable-inputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the reusable inputs of a namespace and its parents */
        get: operations["list_3"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/reusable-inputs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get reusable inputs of a namespace or the nearest parent that has them */
        get: operations["get_4"];
        /** Save reusable inputs */
        put: operations["createOrUpdate"];
        post?: never;
        /** Delete reusable inputs */
        delete: operations["delete_3"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/reusable-inputs/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the revisions of reusable inputs */
        get: operations["revisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the names of the secrets of a namespace */
        get: operations["listNamespaceSecrets"];
        /** Write a secret */
        put: operations["putSecrets"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/namespaces/{namespace}/secrets/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a secret */
        delete: operations["deleteSecret"];
        options?: never;
        head?: never;
        /** Change description and tags of a secret */
        patch: operations["patchSecret"];
        trace?: never;
    };
    "/api/v1/{tenant}/outputs/{executionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the task runs that have outputs */
        get: operations["getTaskOutputsInformation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/outputs/{executionId}/{taskRunId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the outputs of a task run */
        get: operations["getTaskRunOutputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/reusable-inputs/namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the namespaces that have reusable inputs */
        get: operations["namespacesWithBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find executions, flows, namespaces, triggers, keys, plugins, blueprints and pages by a text */
        get: operations["searchEverything"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the names of secrets */
        get: operations["listSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/stats/executions/daily": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count executions by day and state */
        post: operations["statsExecutionsDaily"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/stats/executions/daily/group-by-flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count the executions of each flow by day and state */
        post: operations["statsExecutionsDailyByFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/stats/executions/daily/group-by-namespace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count the executions of each namespace by day and state */
        post: operations["statsExecutionsDailyByNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/stats/executions/latest/group-by-flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get the newest execution of each flow, without task runs */
        post: operations["statsLastExecutions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/stats/logs/daily": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count log lines by day and level */
        post: operations["statsLogsDaily"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/stats/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count flows and triggers */
        post: operations["statsSummary"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/stats/taskruns/daily": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count task runs by day and state */
        post: operations["statsTaskRunsDaily"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/taskruns/maxTaskRunSetting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the maximum number of task runs that a search finds */
        get: operations["maxTaskRunSetting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/taskruns/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for task runs: those of the newest executions that match */
        get: operations["searchTaskRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a template */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/delete/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete templates */
        delete: operations["deleteTemplatesByIds"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/delete/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete the templates that match */
        delete: operations["deleteTemplatesByQuery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/distinct-namespaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the namespaces of templates */
        get: operations["listTemplateDistinctNamespaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/export/by-ids": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Export templates as a zip */
        post: operations["exportTemplatesByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/export/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export the templates that match as a zip */
        get: operations["exportTemplatesByQuery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import templates from YAML or a zip */
        post: operations["importTemplates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for templates */
        get: operations["searchTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check templates without storing them */
        post: operations["validateTemplates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/{namespace}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace the templates of a namespace */
        post: operations["updateTemplatesOfNamespace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/templates/{namespace}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a template */
        get: operations["getTemplate"];
        /** Update a template */
        put: operations["updateTemplate"];
        post?: never;
        /** Delete a template */
        delete: operations["deleteTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Enable or disable a trigger, or create its backfill (for 1.x clients) */
        put: operations["updateTrigger"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Create a backfill for a range of dates of a schedule */
        put: operations["createBackfill"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete a backfill */
        post: operations["deleteBackfill"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/delete/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete the matching backfills */
        post: operations["deleteBackfillByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/delete/by-triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete backfills */
        post: operations["deleteBackfillByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Pause a backfill */
        put: operations["pauseBackfill"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/pause/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause the matching backfills */
        post: operations["pauseBackfillByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/pause/by-triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause backfills */
        post: operations["pauseBackfillByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/unpause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Resume a backfill */
        put: operations["unpauseBackfill"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/unpause/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume the matching backfills */
        post: operations["unpauseBackfillByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/backfill/unpause/by-triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume backfills */
        post: operations["unpauseBackfillByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/delete/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete the states of the matching triggers */
        delete: operations["deleteTriggersByQuery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/delete/by-triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete the states of triggers */
        delete: operations["deleteTriggersByIds"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/export/by-query/csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export the states of triggers as CSV */
        get: operations["exportTriggers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search for triggers, with their definitions */
        get: operations["searchTriggers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/set-disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Enable or disable a trigger */
        put: operations["disableTriggerById"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/set-disabled/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable or disable the matching triggers */
        post: operations["disabledTriggersByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/set-disabled/by-triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable or disable triggers */
        post: operations["disabledTriggersByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/unlock/by-query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unlock the matching triggers */
        post: operations["unlockTriggersByQuery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/unlock/by-triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unlock triggers */
        post: operations["unlockTriggersByIds"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/{namespace}/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the states of the triggers of a flow */
        get: operations["searchTriggersForFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete the state of a trigger; it is created again if the flow defines the trigger */
        delete: operations["deleteTrigger"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Explain why a trigger fired or did not fire, and its next step */
        get: operations["explainTrigger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart the evaluation or the listener of a trigger */
        post: operations["restartTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/triggers/{namespace}/{flowId}/{triggerId}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Unlock a trigger that waits for an execution */
        post: operations["unlockTrigger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/usages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the usage counts of the tenant */
        get: operations["tenantUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/{tenant}/usages/all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get usage counts */
        get: operations["getUsages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Health of the server and its parts */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/liveness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is alive */
        get: operations["healthLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/readiness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server accepts requests */
        get: operations["healthReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check that the server responds */
        get: operations["ping"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swagger/kestra.yml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get this API description as YAML */
        get: operations["getContractYaml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The version of the program */
        get: operations["version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ActiveService: {
            type: string;
            /** Format: int64 */
            total: number;
        };
        ActiveServices: {
            /** Format: int64 */
            total: number;
            services: components["schemas"]["ActiveService"][];
        };
        Backfill: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            /** Format: date-time */
            currentDate: string;
            paused: boolean;
            inputs?: unknown;
            labels?: components["schemas"]["Label"][];
            /** Format: date-time */
            previousNextExecutionDate?: string;
        };
        BackfillOfTrigger: {
            namespace: string;
            flowId: string;
            triggerId: string;
            backfill: components["schemas"]["BackfillToCreate"];
        };
        BackfillToCreate: {
            /** Format: date-time */
            start: string;
            /**
             * Format: date-time
             * @description Default: now
             */
            end?: string;
            paused?: boolean;
            inputs?: {
                [key: string]: unknown;
            };
            /** @description A list of keys and values, or a map */
            labels?: unknown;
        };
        Blueprint: {
            id: string;
            title: string;
            description: string;
            includedTasks: string[];
            tags: string[];
            source?: string;
        };
        BlueprintTag: {
            id: string;
            name: string;
        };
        Bookmark: {
            name: string;
            /** @description A path of the pages: begins with one slash */
            url: string;
        };
        Breakpoint: {
            id: string;
            value?: string;
        };
        BulkResponse: {
            /**
             * Format: int64
             * @description The number of entities
             */
            count: number;
            operationId: string;
            /**
             * Format: int64
             * @description As `count`
             */
            totalItems: number;
        };
        ChartQuestion: {
            /** Format: date-time */
            startDate?: string;
            /** Format: date-time */
            endDate?: string;
            /** Format: int32 */
            pageSize?: number;
            /** Format: int32 */
            pageNumber?: number;
            namespace?: string;
            labels?: {
                [key: string]: unknown;
            };
            filters?: {
                [key: string]: unknown;
            }[];
        };
        ChartToShow: {
            chart: string;
            globalFilter?: components["schemas"]["ChartQuestion"];
        };
        CheckResult: {
            message: string;
            style: string;
            behavior: string;
        };
        ComparedExecution: {
            id: string;
            namespace: string;
            flowId: string;
            /** Format: int32 */
            revision: number;
            state: string;
            /** Format: date-time */
            startedAt: string;
            /**
             * Format: duration
             * @description Only after the end
             */
            duration?: string;
        };
        ComparedFlow: {
            sameFlow: boolean;
            /** Format: int32 */
            leftRevision: number;
            /** Format: int32 */
            rightRevision: number;
        };
        ComparedRun: {
            state: string;
            /** Format: duration */
            duration?: string;
        };
        ComparedTask: {
            taskId: string;
            value?: string;
            left?: components["schemas"]["ComparedRun"];
            right?: components["schemas"]["ComparedRun"];
        };
        ComparedValue: {
            key: string;
            left?: unknown;
            right?: unknown;
            same: boolean;
        };
        Comparison: {
            left: components["schemas"]["ComparedExecution"];
            right: components["schemas"]["ComparedExecution"];
            inputs: components["schemas"]["ComparedValue"][];
            outputs: components["schemas"]["ComparedValue"][];
            labels: components["schemas"]["ComparedValue"][];
            /** @description In the order of the left one; then those that only the right one has */
            tasks: components["schemas"]["ComparedTask"][];
            /** @description Only the first 2,000 task runs of each are compared */
            moreTasks: boolean;
            flow: components["schemas"]["ComparedFlow"];
        };
        ConcurrencyLimit: {
            tenantId: string;
            namespace: string;
            flowId: string;
            /**
             * Format: int64
             * @description The executions that hold a slot
             */
            running: number;
        };
        Configuration: {
            /** @description The version of the API */
            version: string;
            edition: string;
            isBasicAuthInitialized: boolean;
            /** @description The version of this program */
            gyrVersion: string;
            uuid: string;
            commitId?: string;
            commitDate?: string;
            chartDefaultDuration: string;
            isCustomDashboardsEnabled: boolean;
            isAnonymousUsageEnabled: boolean;
            isUiAnonymousUsageEnabled: boolean;
            isTemplateEnabled: boolean;
            isConcurrencyViewEnabled: boolean;
            isAiEnabled: boolean;
            isAiApiKeyConfigured: boolean;
            environment?: components["schemas"]["Environment"];
            url?: string;
            preview: components["schemas"]["PreviewLimits"];
            systemNamespace: string;
            hiddenLabelsPrefixes: string[];
            /**
             * Format: int64
             * @description Changes when the known types change
             */
            pluginsHash: number;
            inMaintenance: boolean;
            /** @description Those that are active */
            killSwitches: components["schemas"]["KillSwitch"][];
        };
        CountBucket: {
            /** Format: date-time */
            start: string;
            /** Format: date-time */
            end: string;
            byState: {
                [key: string]: number;
            };
        };
        CountRequest: {
            /** @description `[{field, operation, value}]` */
            filters?: unknown;
            interval?: string;
        };
        Credentials: {
            username: string;
            password: string;
        };
        DailyExecutionStatistics: {
            /** Format: date-time */
            startDate: string;
            duration: components["schemas"]["DailyExecutionStatistics.Duration"];
            /** @description The number of each state */
            executionCounts: {
                [key: string]: number;
            };
            /** @description The length of each part */
            groupBy: string;
        };
        "DailyExecutionStatistics.Duration": {
            /** Format: duration */
            min: string;
            /** Format: duration */
            avg: string;
            /** Format: duration */
            max: string;
            /** Format: duration */
            sum: string;
            /**
             * Format: int64
             * @description How many have ended
             */
            count: number;
        };
        DashboardResponse: {
            id: string;
            title: string;
            description?: string;
            timeWindow?: {
                [key: string]: unknown;
            };
            charts?: {
                [key: string]: unknown;
            }[];
            tenantId?: string;
            deleted: boolean;
            /** Format: date-time */
            created?: string;
            /** Format: date-time */
            updated?: string;
            sourceCode?: string;
        };
        DashboardSettings: {
            defaultHomeDashboard?: string;
            defaultFlowOverviewDashboard?: string;
            defaultNamespaceOverviewDashboard?: string;
        };
        Diagnostic: {
            code?: string;
            severity?: string;
            message?: string;
            path?: string;
            /** Format: int64 */
            line?: number;
            /** Format: int64 */
            column?: number;
            /** Format: int64 */
            endLine?: number;
            /** Format: int64 */
            endColumn?: number;
            label?: string;
            help?: string;
            notes?: string[];
        };
        DocumentationWithSchema: {
            markdown: string;
            schema: {
                [key: string]: unknown;
            };
        };
        DurationBucket: {
            /** Format: duration */
            from: string;
            /** Format: duration */
            to: string;
            /** Format: int64 */
            n: number;
        };
        DurationInsight: {
            /** Format: duration */
            median: string;
            /** Format: duration */
            p95: string;
            histogram: components["schemas"]["DurationBucket"][];
        };
        EmbeddedErrors: {
            errors: components["schemas"]["ErrorDetail"][];
        };
        Environment: {
            name: string;
            color?: string;
        };
        Error: {
            message: string;
            _links: components["schemas"]["ErrorLinks"];
            _embedded: components["schemas"]["EmbeddedErrors"];
            type: string;
            title: string;
            /** Format: int32 */
            status: number;
            /** @description As `message` (RFC 9457) */
            detail: string;
            /** @description The path of the request */
            instance: string;
            /** @description Each broken rule with its place */
            errors: components["schemas"]["ErrorDetail"][];
            /** @description The code of the error */
            code?: string;
            /** @description What to do next */
            hint?: string;
            /** @description Of an internal error, as in the log of the server */
            traceId?: string;
            /** @description Of a request on several entities: what is wrong with each */
            invalids?: components["schemas"]["InvalidTarget"][];
            /** Format: int32 */
            count?: number;
        };
        ErrorDetail: {
            message: string;
            /** @description The path of the field */
            path?: string;
            code?: string;
            /** Format: int32 */
            line?: number;
            /** Format: int32 */
            column?: number;
        };
        ErrorLinks: {
            self: components["schemas"]["Link"][];
        };
        EvalResult: {
            result?: string;
            error?: string;
            stackTrace?: string;
        };
        Execution: {
            id: string;
            tenantId: string;
            namespace: string;
            flowId: string;
            /** Format: int32 */
            flowRevision: number;
            inputs?: {
                [key: string]: unknown;
            };
            outputs?: {
                [key: string]: unknown;
            };
            labels: components["schemas"]["Label"][];
            variables?: {
                [key: string]: unknown;
            };
            state: components["schemas"]["State"];
            parentId?: string;
            originalId: string;
            trigger?: components["schemas"]["ExecutionTrigger"];
            deleted: boolean;
            metadata: components["schemas"]["ExecutionMetadata"];
            /** Format: date-time */
            scheduleDate?: string;
            traceParent?: string;
            kind?: string;
            breakpoints?: components["schemas"]["Breakpoint"][];
            error?: components["schemas"]["ExecutionError"];
            taskRunList?: components["schemas"]["TaskRun"][];
        };
        ExecutionCounts: {
            /** Format: int64 */
            total: number;
            /** @description Only the newest 2,000 matches were counted: there are more */
            about: boolean;
            byState: {
                [key: string]: number;
            };
            /** @description By time of start, in order, without empty ones; at most 200 and all equally long */
            buckets: components["schemas"]["CountBucket"][];
        };
        ExecutionError: {
            message: string;
        };
        ExecutionMetadata: {
            /** Format: int32 */
            attemptNumber: number;
            /** Format: date-time */
            originalCreatedDate: string;
        };
        "ExecutionRepositoryInterface.FlowFilter": {
            namespace: string;
            id: string;
        };
        ExecutionResponse: {
            id: string;
            tenantId: string;
            namespace: string;
            flowId: string;
            /** Format: int32 */
            flowRevision: number;
            inputs?: {
                [key: string]: unknown;
            };
            outputs?: {
                [key: string]: unknown;
            };
            labels: components["schemas"]["Label"][];
            variables?: {
                [key: string]: unknown;
            };
            state: components["schemas"]["State"];
            parentId?: string;
            originalId: string;
            trigger?: components["schemas"]["ExecutionTrigger"];
            deleted: boolean;
            metadata: components["schemas"]["ExecutionMetadata"];
            /** Format: date-time */
            scheduleDate?: string;
            traceParent?: string;
            kind?: string;
            breakpoints?: components["schemas"]["Breakpoint"][];
            error?: components["schemas"]["ExecutionError"];
            url: string;
            taskRunList?: components["schemas"]["TaskRun"][];
        };
        ExecutionTrigger: {
            id: string;
            type: string;
            variables?: {
                [key: string]: unknown;
            };
            logFile?: string;
        };
        ExecutionUsage: {
            dailyExecutionsCount: components["schemas"]["DailyExecutionStatistics"][];
        };
        ExplainedAction: {
            /** @description kill, restart, replay, resume, release, force-run, resume-from-breakpoint, explain or archive-kill-switch */
            action: string;
            text: string;
            command?: string;
            method: string;
            path: string;
        };
        ExplainedWait: {
            for: string;
            text: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until?: string;
            owner: components["schemas"]["WaitOwner"];
            taskRunId?: string;
            taskId?: string;
            value?: string;
            /** @description What usually ends the wait: `action` of the first one of `actions` */
            action?: string;
            /** @description The inputs that the resumption of a pause asks for */
            inputs?: {
                [key: string]: unknown;
            }[];
            actions: components["schemas"]["ExplainedAction"][];
        };
        Explanation: {
            executionId: string;
            namespace: string;
            flowId: string;
            /** @enum {string} */
            state: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
            /** Format: date-time */
            since: string;
            waiting: boolean;
            summary: string;
            waits: components["schemas"]["ExplainedWait"][];
            /** Format: int64 */
            more: number;
            actions: components["schemas"]["ExplainedAction"][];
        };
        ExpressionContext: {
            /** @description `inputs`, `variables`, `taskOutputs` and others */
            categories: {
                [key: string]: string[];
            };
        };
        ExpressionsToRender: {
            expressions: string[];
            /** @description Required */
            executionId?: string;
        };
        FileAttributes: {
            fileName: string;
            /** @description `File` or `Directory` */
            type: string;
            /** Format: int64 */
            size: number;
            /** Format: int64 */
            creationTime: number;
            /** Format: int64 */
            lastModifiedTime: number;
        };
        FileContent: {
            /** Format: binary */
            fileContent: string;
        };
        FileMetas: {
            /** Format: int64 */
            size: number;
        };
        FilePreview: {
            extension: string;
            type: string;
            content: unknown;
            /** Format: int64 */
            maxLine: number;
            truncated: boolean;
        };
        FileUpload: {
            /** Format: binary */
            fileUpload: string;
        };
        Finding: {
            /** @description execution, flow, namespace, trigger, key, plugin, blueprint or page */
            kind: string;
            id: string;
            title: string;
            /** @description Where it is, for example its namespace */
            detail?: string;
            /** @description The path of its page */
            url: string;
            state?: string;
            /**
             * Format: date-time
             * @description When the execution started
             */
            at?: string;
            /**
             * Format: int64
             * @description The best first
             */
            score: number;
            /** @description The parts of the title that match: pairs of positions in UTF-16 code units */
            marks: number[][];
        };
        FirstAccount: {
            /** @description Without effect; some clients name the installation */
            uid?: string;
            /** @description A mail address */
            username: string;
            password: string;
        };
        Flow: {
            tenantId?: string;
            id: string;
            namespace: string;
            /** Format: int64 */
            revision: number;
            description?: string;
            inputs?: {
                [key: string]: unknown;
            }[];
            outputs?: {
                [key: string]: unknown;
            }[];
            labels?: components["schemas"]["Label"][];
            variables?: {
                [key: string]: unknown;
            };
            disabled: boolean;
            draft: boolean;
            deleted: boolean;
            tasks: components["schemas"]["Task"][];
            errors?: components["schemas"]["Task"][];
            finally?: components["schemas"]["Task"][];
            afterExecution?: components["schemas"]["Task"][];
            triggers?: {
                [key: string]: unknown;
            }[];
            pluginDefaults?: {
                [key: string]: unknown;
            }[];
            concurrency?: {
                [key: string]: unknown;
            };
            retry?: {
                [key: string]: unknown;
            };
            sla?: {
                [key: string]: unknown;
            }[];
            checks?: {
                [key: string]: unknown;
            }[];
            workerGroup?: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            updated?: string;
            exception?: string;
        };
        FlowForExecution: {
            tenantId?: string;
            id: string;
            namespace: string;
            /** Format: int64 */
            revision: number;
            description?: string;
            inputs?: {
                [key: string]: unknown;
            }[];
            outputs?: {
                [key: string]: unknown;
            }[];
            labels?: components["schemas"]["Label"][];
            variables?: {
                [key: string]: unknown;
            };
            disabled: boolean;
            draft: boolean;
            deleted: boolean;
            /** Format: date-time */
            updated?: string;
            tasks: components["schemas"]["Task"][];
            errors?: components["schemas"]["Task"][];
            finally?: components["schemas"]["Task"][];
            afterExecution?: components["schemas"]["Task"][];
            triggers?: {
                [key: string]: unknown;
            }[];
        };
        FlowFragments: {
            model: components["schemas"]["Flow"];
            /** @description The places, with `[mark]` around the text */
            fragments: string[];
        };
        FlowGraph: {
            nodes: components["schemas"]["GraphNode"][];
            edges: components["schemas"]["GraphEdge"][];
            clusters: components["schemas"]["GraphCluster"][];
            flowables: string[];
        };
        FlowGrid: {
            /** @description The newest first */
            runs: components["schemas"]["GridRun"][];
            /** @description In the order of the flow; then those of older revisions */
            tasks: components["schemas"]["GridTask"][];
            /** @description By the id of the execution: the state of each task in the order of `tasks`, null if it did not run. Of several runs, the state that needs attention most */
            cells: {
                [key: string]: unknown[];
            };
            /** @description `before` of the next page */
            next?: string;
        };
        FlowId: {
            namespace: string;
            id: string;
        };
        FlowInsight: {
            /**
             * Format: int64
             * @description How many executions there are
             */
            runs: number;
            duration?: components["schemas"]["DurationInsight"];
            /** @description By the id of the task; of each execution the first 2,000 task runs */
            tasks: {
                [key: string]: components["schemas"]["TaskInsight"];
            };
        };
        FlowNext: {
            /** Format: date-time */
            date: string;
            triggerId: string;
        };
        FlowNode: {
            uid: string;
            namespace?: string;
            id?: string;
        };
        FlowOverview: {
            namespace: string;
            id: string;
            last?: components["schemas"]["FlowRun"];
            /** @description The newest first */
            runs: components["schemas"]["FlowRun"][];
            next?: components["schemas"]["FlowNext"];
            triggers: components["schemas"]["FlowTrigger"][];
            waiting?: components["schemas"]["FlowWaiting"];
        };
        FlowOverviewRequest: {
            /** @description At most 500 */
            flows: components["schemas"]["FlowId"][];
            /**
             * Format: int64
             * @description How many runs, at most 50
             */
            last?: number;
        };
        FlowRun: {
            id: string;
            state: string;
            /** Format: date-time */
            startedAt: string;
            /** Format: duration */
            duration?: string;
        };
        FlowTopologyEdge: {
            source: string;
            target: string;
            relation: string;
        };
        FlowTopologyGraph: {
            nodes: components["schemas"]["FlowNode"][];
            edges: components["schemas"]["FlowTopologyEdge"][];
        };
        FlowTrigger: {
            id: string;
            type: string;
            /** @description The cron expression, the interval or the name of the type */
            text: string;
            disabled: boolean;
        };
        FlowUsage: {
            /** Format: int64 */
            count: number;
            /** Format: int64 */
            namespacesCount: number;
            taskTypeCount: {
                [key: string]: number;
            };
            triggerTypeCount: {
                [key: string]: number;
            };
            taskRunnerTypeCount: {
                [key: string]: number;
            };
            inputTypeCount: {
                [key: string]: number;
            };
            /** Format: int64 */
            hasInputsCount: number;
            /** Format: int64 */
            hasOutputsCount: number;
            /** Format: int64 */
            hasLabelsCount: number;
            /** Format: int64 */
            hasVariablesCount: number;
            /** Format: int64 */
            hasErrorsCount: number;
            /** Format: int64 */
            hasFinallyCount: number;
            /** Format: int64 */
            hasAfterExecutionCount: number;
            /** Format: int64 */
            hasTriggersCount: number;
            /** Format: int64 */
            hasConcurrencyCount: number;
            /** Format: int64 */
            hasRetryCount: number;
            /** Format: int64 */
            hasSlaCount: number;
            /** Format: int64 */
            hasChecksCount: number;
            tasks: components["schemas"]["FlowUsage.TaskUsage"];
            triggers: components["schemas"]["FlowUsage.TriggerUsage"];
        };
        "FlowUsage.TaskUsage": {
            /** Format: int64 */
            hasRetryCount: number;
            /** Format: int64 */
            hasTimeoutCount: number;
            /** Format: int64 */
            hasAllowFailureCount: number;
            /** Format: int64 */
            hasLogToFileCount: number;
            /** Format: int64 */
            hasRunIfCount: number;
            /** Format: int64 */
            hasAllowWarningCount: number;
            /** Format: int64 */
            hasCacheCount: number;
            /** Format: int64 */
            hasAssetsCount: number;
        };
        "FlowUsage.TriggerUsage": {
            /** Format: int64 */
            hasWhenCount: number;
            /** Format: int64 */
            hasLabelsCount: number;
            /** Format: int64 */
            hasStopAfterCount: number;
            /** Format: int64 */
            hasLogToFileCount: number;
            /** Format: int64 */
            hasFailOnErrorCount: number;
            /** Format: int64 */
            hasAllowConcurrentCount: number;
            /** Format: int64 */
            hasAssetsCount: number;
        };
        FlowWaiting: {
            /** @description slot: an execution is QUEUED for its turn; pause: one of the listed ones is PAUSED */
            for: string;
            /** Format: date-time */
            since: string;
        };
        FlowWithDeprecatedTasks: {
            namespace: string;
            flowId: string;
            /** Format: int32 */
            revision: number;
            deprecatedTasks: components["schemas"]["TaskDeprecation"][];
        };
        FlowWithSource: {
            tenantId?: string;
            id: string;
            namespace: string;
            /** Format: int64 */
            revision: number;
            description?: string;
            inputs?: {
                [key: string]: unknown;
            }[];
            outputs?: {
                [key: string]: unknown;
            }[];
            labels?: components["schemas"]["Label"][];
            variables?: {
                [key: string]: unknown;
            };
            disabled: boolean;
            draft: boolean;
            deleted: boolean;
            tasks: components["schemas"]["Task"][];
            errors?: components["schemas"]["Task"][];
            finally?: components["schemas"]["Task"][];
            afterExecution?: components["schemas"]["Task"][];
            triggers?: {
                [key: string]: unknown;
            }[];
            pluginDefaults?: {
                [key: string]: unknown;
            }[];
            concurrency?: {
                [key: string]: unknown;
            };
            retry?: {
                [key: string]: unknown;
            };
            sla?: {
                [key: string]: unknown;
            }[];
            checks?: {
                [key: string]: unknown;
            }[];
            workerGroup?: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            updated?: string;
            exception?: string;
            source?: string;
        };
        GraphCluster: {
            cluster: components["schemas"]["GraphNode"];
            nodes: string[];
            parents: string[];
            start: string;
            end: string;
        };
        GraphEdge: {
            source: string;
            target: string;
            relation: components["schemas"]["GraphRelation"];
        };
        GraphNode: {
            uid: string;
            type: string;
            relationType?: string;
            /** @description In an execution only its id and type */
            task?: {
                [key: string]: unknown;
            };
            /** @description In an execution */
            taskRun?: {
                [key: string]: unknown;
            };
            values?: string[];
            triggerDeclaration?: components["schemas"]["GraphTrigger"];
            branchType?: string;
            error?: boolean;
        };
        GraphRelation: {
            relationType: string;
            value?: string;
        };
        GraphTrigger: {
            id: string;
            type: string;
        };
        GridRun: {
            id: string;
            state: string;
            /** Format: date-time */
            startedAt: string;
            /** Format: duration */
            duration?: string;
            /** Format: int32 */
            revision: number;
            labels: components["schemas"]["Label"][];
        };
        GridTask: {
            id: string;
            /**
             * Format: int64
             * @description The number of enclosing tasks
             */
            depth: number;
        };
        Health: {
            name: string;
            status: string;
            details: components["schemas"]["HealthDetails"];
        };
        HealthDetails: {
            database?: components["schemas"]["HealthIndicator"];
            storage?: components["schemas"]["HealthIndicator"];
            disk?: components["schemas"]["HealthIndicator"];
            service?: components["schemas"]["HealthIndicator"];
            maintenance?: components["schemas"]["HealthIndicator"];
        };
        HealthError: {
            error: string;
        };
        HealthIndicator: {
            status: string;
            details?: components["schemas"]["HealthError"];
        };
        HealthPart: {
            /** @description database, storage, scheduler, executor, workers or queue */
            name: string;
            /** @description ok, degraded or down */
            state: string;
            text: string;
            figures: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description How old the figures are
             */
            at: string;
        };
        HistoryCause: {
            /** @description person, trigger, task, worker, executor or limit */
            type: string;
            id?: string;
            name?: string;
        };
        HistoryEntry: {
            /** Format: date-time */
            at: string;
            /** @description created, replay, queued, state, attempt, retry, pause, resume or kill */
            kind: string;
            taskRunId?: string;
            taskId?: string;
            value?: string;
            /** @description The state before */
            from?: string;
            /** @description The state */
            to?: string;
            text: string;
            by?: components["schemas"]["HistoryCause"];
        };
        HistoryPage: {
            /** @description The oldest first */
            results: components["schemas"]["HistoryEntry"][];
            /** @description `after` of the next page */
            next?: string;
        };
        InputError: {
            message: string;
            renderError?: boolean;
        };
        InputType: {
            type: string;
            cls: string;
        };
        InputValidation: {
            input: {
                [key: string]: unknown;
            };
            value?: unknown;
            enabled: boolean;
            isDefault: boolean;
            errors?: components["schemas"]["InputError"][];
        };
        InputsValidation: {
            id: string;
            namespace: string;
            inputs: components["schemas"]["InputValidation"][];
            checks: components["schemas"]["CheckResult"][];
        };
        InstallationHealth: {
            parts: components["schemas"]["HealthPart"][];
        };
        InvalidTarget: {
            message: string;
            invalidValue: string;
            property: string;
        };
        KVEntry: {
            namespace: string;
            key: string;
            /**
             * Format: int64
             * @description As `revision`
             */
            version: number;
            /** Format: int64 */
            revision: number;
            description?: string;
            /** Format: date-time */
            creationDate: string;
            /** Format: date-time */
            updateDate: string;
            /**
             * Format: date-time
             * @description When the key is no longer there
             */
            expirationDate?: string;
        };
        KeyList: {
            keys: string[];
        };
        KillSwitch: {
            id: string;
            name: string;
            tenantId?: string;
            /** @description Including its child namespaces */
            namespace?: string;
            flowId?: string;
            executionIds?: string[];
            /** Format: date-time */
            startDate: string;
            /** Format: date-time */
            endDate?: string;
            description?: string;
            /** @enum {string} */
            evaluationType: "PASS" | "CANCEL" | "KILL" | "IGNORE";
            enabled: boolean;
            /** @description Archived: without effect, still listed */
            deleted: boolean;
        };
        KillSwitchToWrite: {
            /** @description Default: a new id */
            id?: string;
            /** @description Required */
            name?: string;
            /** @description Required, unless `executionIds` is given */
            tenantId?: string;
            namespace?: string;
            flowId?: string;
            /** @description Default: all executions of the scope */
            executionIds?: string[];
            /**
             * Format: date-time
             * @description Default: now
             */
            startDate?: string;
            /** Format: date-time */
            endDate?: string;
            description?: string;
            /** @enum {string} */
            evaluationType: "PASS" | "CANCEL" | "KILL" | "IGNORE";
            enabled?: boolean;
        };
        KvDetail: {
            /** @description STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON */
            type: string;
            value?: unknown;
            /** Format: int64 */
            revision: number;
            /** Format: date-time */
            updated: string;
            namespace: string;
            key: string;
            /** Format: int64 */
            version: number;
            description?: string;
            /** Format: date-time */
            creationDate: string;
            /** Format: date-time */
            updateDate: string;
            /** Format: date-time */
            expirationDate?: string;
        };
        KvValue: {
            /** @description STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON */
            type: string;
            value?: unknown;
            /** Format: int64 */
            revision: number;
            /** Format: date-time */
            updated: string;
        };
        Label: {
            key: string;
            value: string;
        };
        LabelsOfExecutions: {
            executionsId: string[];
            executionLabels: components["schemas"]["Label"][];
        };
        LastExecutionResponse: {
            id: string;
            flowId: string;
            namespace: string;
            /** Format: date-time */
            startDate: string;
            /** @enum {string} */
            status: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
        };
        LastExecutionsRequest: {
            /** @description Absent: all flows */
            flows?: components["schemas"]["ExecutionRepositoryInterface.FlowFilter"][];
        };
        Link: {
            href: string;
            templated: boolean;
        };
        LogEntry: {
            tenantId?: string;
            namespace: string;
            flowId: string;
            taskId?: string;
            executionId?: string;
            taskRunId?: string;
            /** Format: int32 */
            attemptNumber?: number;
            triggerId?: string;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            level: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
            thread?: string;
            message: string;
        };
        LogMatch: {
            /**
             * Format: int64
             * @description The number of the line; absent if there is none in this direction
             */
            n?: number;
            /**
             * Format: int64
             * @description Which of the matches it is, from 1
             */
            index?: number;
            /** Format: int64 */
            of: number;
        };
        LogMore: {
            before: boolean;
            after: boolean;
        };
        LogPage: {
            results: components["schemas"]["LogEntry"][];
            /**
             * Format: int64
             * @description With a cursor: the lines from there on
             */
            total: number;
            /** @description OFFSET, or CURSOR where the request has a `cursor` */
            type?: string;
            /** @description The `cursor` of the next page */
            nextCursor?: string;
        };
        LogProfile: {
            /**
             * Format: int64
             * @description All lines that match the filters; `q` is not a filter here
             */
            total: number;
            /** @description The same, without the filter on the level */
            levels: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description Lines with `q`, among the total
             */
            matches: number;
            /** @description Parts of the log with equally many lines */
            buckets: components["schemas"]["LogProfileBucket"][];
            /** @description In the order of their first line, at most 5,000 */
            runs: components["schemas"]["LogProfileRun"][];
        };
        LogProfileBucket: {
            /**
             * Format: int64
             * @description The number of its first line
             */
            n: number;
            /** Format: int64 */
            lines: number;
            /** Format: int64 */
            warn: number;
            /** Format: int64 */
            error: number;
            /** Format: int64 */
            match: number;
        };
        LogProfileRun: {
            /** @description Absent: the execution itself */
            taskRunId?: string;
            /** Format: int64 */
            first: number;
            /** Format: int64 */
            lines: number;
            /** Format: int64 */
            errors: number;
        };
        LogStatistics: {
            /** Format: date-time */
            timestamp: string;
            /** @description The number of lines of each level */
            counts: {
                [key: string]: number;
            };
            /** @description The length of each part */
            groupBy: string;
        };
        LogWindow: {
            /**
             * Format: int64
             * @description The number of the first line here; 0 without lines
             */
            first: number;
            /** Format: int64 */
            last: number;
            /**
             * Format: int64
             * @description All lines that match the filters
             */
            total: number;
            lines: components["schemas"]["LogWindowLine"][];
            more: components["schemas"]["LogMore"];
        };
        LogWindowLine: {
            /**
             * Format: int64
             * @description The number of the line in the log of the execution, from 1
             */
            n: number;
            /** Format: date-time */
            at: string;
            level: string;
            taskRunId?: string;
            taskId?: string;
            /** @description Of the iteration of a loop */
            value?: string;
            /** Format: int64 */
            attempt?: number;
            message: string;
            /**
             * Format: int64
             * @description The bytes of the whole message
             */
            cut?: number;
            /** @description Of the whole line, below the path of the tenant */
            uri?: string;
        };
        LoginConfiguration: {
            /** @description The version of the API */
            version: string;
            edition: string;
            isBasicAuthInitialized: boolean;
            isLoginRequired: boolean;
        };
        MaintenanceStatusResponse: {
            maintenance: boolean;
            /** @description All tasks have ended and all services rest */
            ready: boolean;
            /** @description By type of service */
            services: {
                [key: string]: components["schemas"]["ServicesInMaintenance"];
            };
        };
        Me: {
            /** @description `anonymous` if no login is required */
            id: string;
            superAdmin: boolean;
            restricted: boolean;
            profile: components["schemas"]["MyProfile"];
            /** @description The ways to log in */
            auths: string[];
            tenants: components["schemas"]["MyTenant"][];
            /** @description What the caller may do in the tenant `main`; what is not listed is refused */
            permissions: components["schemas"]["MyPermission"][];
        };
        MetricAggregation: {
            name: string;
            /** Format: double */
            value: number;
            /** Format: date-time */
            date: string;
        };
        MetricAggregations: {
            groupBy: string;
            aggregations: components["schemas"]["MetricAggregation"][];
        };
        MetricEntry: {
            tenantId?: string;
            namespace: string;
            flowId: string;
            taskId?: string;
            executionId?: string;
            taskRunId?: string;
            type: string;
            name: string;
            /** Format: double */
            value: number;
            /** Format: date-time */
            timestamp: string;
            tags?: {
                [key: string]: unknown;
            };
        };
        MyPermission: {
            permission: string;
            /** @description `CREATE`, `READ`, `UPDATE` or `DELETE` */
            action: string;
            /** @description With their child namespaces; the empty name stands for the whole tenant */
            namespaces: string[];
        };
        MyProfile: {
            email: string;
            username: string;
        };
        MyTenant: {
            id: string;
            name: string;
        };
        Namespace: {
            id: string;
            deleted: boolean;
            description?: unknown;
            /** @description A map: `namespace.NAME` in expressions */
            variables?: unknown;
            /** @description A list, as in a flow */
            pluginDefaults?: unknown;
        };
        NamespaceFileRevision: {
            /** Format: int64 */
            revision: number;
        };
        NamespaceSearch: {
            /** @description A part of the name */
            q?: string;
            /** @description Without parents that have nothing of their own */
            existingOnly?: boolean;
            /** @description Namespaces that come first, whatever `q` is; alone: only these */
            ids?: string[];
        };
        NamespaceToWrite: {
            id: string;
            description?: string;
            /** @description A map, or its YAML */
            variables?: unknown;
            /** @description A list, or its YAML */
            pluginDefaults?: unknown;
        };
        Nothing: Record<string, never>;
        PagedResults_Blueprint_: {
            results: components["schemas"]["Blueprint"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_ConcurrencyLimit_: {
            results: components["schemas"]["ConcurrencyLimit"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_DashboardResponse_: {
            results: components["schemas"]["DashboardResponse"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_Execution_: {
            results: components["schemas"]["Execution"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_FlowFragments_: {
            results: components["schemas"]["FlowFragments"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_Flow_: {
            results: components["schemas"]["Flow"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_KVEntry_: {
            results: components["schemas"]["KVEntry"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_MetricEntry_: {
            results: components["schemas"]["MetricEntry"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_Namespace_: {
            results: components["schemas"]["Namespace"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_Object_: {
            results: {
                [key: string]: unknown;
            }[];
            /** Format: int64 */
            total: number;
        };
        PagedResults_Plugin_: {
            results: components["schemas"]["Plugin"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_ReusableInputs_: {
            results: components["schemas"]["ReusableInputs"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_ServiceSummary_: {
            results: components["schemas"]["ServiceSummary"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_TaskRun_: {
            results: components["schemas"]["TaskRun"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_Template_: {
            results: components["schemas"]["Template"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_TriggerPlugin_: {
            results: components["schemas"]["TriggerPlugin"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_TriggerState_: {
            results: components["schemas"]["TriggerState"][];
            /** Format: int64 */
            total: number;
        };
        PagedResults_TriggerWithState_: {
            results: components["schemas"]["TriggerWithState"][];
            /** Format: int64 */
            total: number;
        };
        PebbleArgument: {
            name: string;
            defaultValue?: string;
        };
        PebbleFunction: {
            name: string;
            arguments: components["schemas"]["PebbleArgument"][];
        };
        Plugin: {
            name: string;
            title: string;
            group: string;
            subGroup?: string;
            manifest: {
                [key: string]: unknown;
            };
            tasks: components["schemas"]["PluginElement"][];
            triggers: components["schemas"]["PluginElement"][];
            conditions: components["schemas"]["PluginElement"][];
            taskRunners: components["schemas"]["PluginElement"][];
            controllers: components["schemas"]["PluginElement"][];
            storages: components["schemas"]["PluginElement"][];
            secrets: components["schemas"]["PluginElement"][];
            apps: components["schemas"]["PluginElement"][];
            appBlocks: components["schemas"]["PluginElement"][];
            charts: components["schemas"]["PluginElement"][];
            dataFilters: components["schemas"]["PluginElement"][];
            dataFiltersKPI: components["schemas"]["PluginElement"][];
            logExporters: components["schemas"]["PluginElement"][];
            additionalPlugins: components["schemas"]["PluginElement"][];
            guides: unknown[];
            categories: unknown[];
            aliases: string[];
        };
        PluginDefault: {
            type: string;
            /** @description Whether they replace what a task says */
            forced?: boolean;
            values?: unknown;
            ref?: string;
            /** @description The namespace that has them */
            namespace?: string;
        };
        PluginElement: {
            cls: string;
            deprecated: boolean;
            title?: string;
            description?: string;
        };
        PluginIcon: {
            name: string;
            icon: string;
            flowable: boolean;
            monochrome: boolean;
        };
        PluginUiManifest: {
            manifest: {
                [key: string]: unknown;
            };
        };
        PluginVersions: {
            type: string;
            versions: string[];
        };
        Preferences: {
            /**
             * Format: int64
             * @description In a body: the one that was read; 0: none was
             */
            revision: number;
            /** @description At most 256 kB */
            values: {
                [key: string]: unknown;
            };
        };
        PreviewLimits: {
            /** Format: int64 */
            initial: number;
            /** Format: int64 */
            max: number;
        };
        RenderedExpressions: {
            /** @description The text of each expression */
            rendered: {
                [key: string]: string;
            };
        };
        ReusableInputs: {
            tenantId: string;
            /** @description The namespace that has the set, perhaps a parent */
            namespace: string;
            id: string;
            description?: string;
            /** @description As a flow declares them */
            inputs: {
                [key: string]: unknown;
            }[];
            /** Format: int64 */
            revision: number;
            /** Format: date-time */
            updated: string;
            /** @description YAML */
            source: string;
        };
        RunAttempt: {
            state: string;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt?: string;
        };
        RunChildren: {
            /** Format: int64 */
            total: number;
            byState: {
                [key: string]: number;
            };
        };
        RunPage: {
            results: components["schemas"]["RunRow"][];
            /** @description `after` of the next page */
            next?: string;
            /**
             * Format: int64
             * @description All matches
             */
            total: number;
            /** @description All matches, also those that `state` leaves out */
            byState: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description `since` of a subscription to the changes
             */
            revision: number;
        };
        RunRow: {
            id: string;
            taskId: string;
            /** @description Empty if the flow has no such task any more */
            taskType: string;
            parentId?: string;
            value?: string;
            /** Format: int64 */
            iteration?: number;
            state: string;
            /**
             * Format: date-time
             * @description When it was first RUNNING
             */
            startedAt?: string;
            /**
             * Format: date-time
             * @description When it was created
             */
            queuedAt: string;
            /** Format: date-time */
            endedAt?: string;
            /**
             * Format: duration
             * @description From its start, or else its creation, until its end
             */
            duration?: string;
            attempts: components["schemas"]["RunAttempt"][];
            /** @description Of the last attempt */
            worker?: string;
            children?: components["schemas"]["RunChildren"];
            subflow?: components["schemas"]["RunSubflow"];
            /**
             * Format: int64
             * @description Lines of level ERROR, among the first 20,000 lines of the execution
             */
            errors: number;
            /** @description Whether it has outputs */
            outputs: boolean;
        };
        RunSubflow: {
            executionId: string;
            namespace: string;
            flowId: string;
            state: string;
        };
        SavedFilter: {
            id: string;
            page: string;
            name: string;
            query: string;
            /** @description Its owner sees the page with it */
            default: boolean;
            /** @description Everybody in the tenant sees it; only its owner changes it */
            shared: boolean;
            owner: string;
        };
        SavedFilterBody: {
            /** @description Letters, digits and `-_./` */
            page: string;
            /** @description Different from those of your other filters of the page */
            name: string;
            /** @description The query of the address of the page */
            query: string;
            default?: boolean;
            shared?: boolean;
        };
        Secret: {
            key: string;
            namespace?: string;
            description?: string;
            tags: components["schemas"]["SecretTag"][];
        };
        SecretList: {
            /** @description Whether only the secrets of the environment exist */
            readOnly: boolean;
            results: components["schemas"]["Secret"][];
            /** Format: int64 */
            total: number;
        };
        SecretTag: {
            key: string;
            value?: string;
        };
        SecretToPatch: {
            /** @description The path names the secret */
            key?: string;
            /** @description The path names the namespace */
            namespace?: string;
            description?: string;
            tags?: components["schemas"]["SecretTag"][];
        };
        SecretToWrite: {
            /** @description Required by PUT */
            key?: string;
            /** @description Required by PUT; never shown again */
            value?: string;
            description?: string;
            tags?: components["schemas"]["SecretTag"][];
        };
        ServerInstance: {
            id: string;
            type: string;
            version: string;
            hostname: string;
            props: {
                [key: string]: unknown;
            };
            metrics: {
                [key: string]: unknown;
            }[];
        };
        ServerSummary: {
            id: string;
            type: string;
            version: string;
            hostname: string;
        };
        ServiceEvent: {
            /** Format: date-time */
            ts: string;
            value: string;
            type: string;
            state: string;
        };
        ServiceInstance: {
            id: string;
            type: string;
            state: string;
            server: components["schemas"]["ServerInstance"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** Format: date-time */
            stateChangedAt: string;
            events: components["schemas"]["ServiceEvent"][];
            config: {
                [key: string]: unknown;
            };
            props: {
                [key: string]: unknown;
            };
            metrics: {
                [key: string]: unknown;
            }[];
            /** Format: int64 */
            seqId: number;
        };
        ServiceSummary: {
            id: string;
            type: string;
            state: string;
            server: components["schemas"]["ServerSummary"];
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description The last heartbeat
             */
            updatedAt: string;
        };
        ServicesInMaintenance: {
            /** Format: int64 */
            total: number;
            /** Format: int64 */
            inMaintenance: number;
        };
        State: {
            /** @enum {string} */
            current: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
            histories: components["schemas"]["StateHistory"][];
            /** Format: duration */
            duration?: string;
            /** Format: date-time */
            endDate?: string;
            /** Format: date-time */
            startDate: string;
        };
        StateHistory: {
            /** @enum {string} */
            state: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
            /** Format: date-time */
            date: string;
        };
        StatisticRequest: {
            /** @description Text to search for */
            q?: string;
            /** @description USER, SYSTEM, or both */
            scope?: string[];
            /** @description With its child namespaces */
            namespace?: string;
            flowId?: string;
            state?: string[];
            /** @description This level and above */
            logLevel?: string;
            /**
             * Format: date-time
             * @description By default 30 days before the end
             */
            startDate?: string;
            /**
             * Format: date-time
             * @description By default now
             */
            endDate?: string;
            /** @description Only these flows */
            flows?: components["schemas"]["ExecutionRepositoryInterface.FlowFilter"][];
            /** @description Sum up the flows of a namespace, as flow `*` */
            namespaceOnly?: boolean;
        };
        SubscribedTopic: {
            topic: string;
            /** Format: int64 */
            revision: number;
        };
        SubscribedTopics: {
            topics: components["schemas"]["SubscribedTopic"][];
        };
        Subscription: {
            subscribe?: components["schemas"]["TopicWanted"][];
            unsubscribe?: string[];
        };
        SummaryStatistics: {
            /** Format: int64 */
            flows: number;
            /** Format: int64 */
            triggers: number;
        };
        Task: {
            id: string;
            type: string;
            version?: string;
            description?: string;
            disabled?: boolean;
            allowFailure?: boolean;
            allowWarning?: boolean;
            runIf?: string;
            timeout?: unknown;
            retry?: {
                [key: string]: unknown;
            };
            taskCache?: {
                [key: string]: unknown;
            };
            logLevel?: string;
            logToFile?: boolean;
            workerGroup?: {
                [key: string]: unknown;
            };
            assets?: {
                [key: string]: unknown;
            };
            pluginDefaultsRef?: string;
        } & {
            [key: string]: unknown;
        };
        TaskDeprecation: {
            taskId: string;
            taskType: string;
            /** @description The name to write instead */
            replacement?: string;
        };
        TaskInsight: {
            /** Format: duration */
            median: string;
            /** Format: duration */
            p95: string;
            histogram: components["schemas"]["DurationBucket"][];
            /** Format: int64 */
            runs: number;
            /** Format: int64 */
            failed: number;
        };
        TaskOutputInformation: {
            taskId: string;
            taskRunId: string;
            value?: string;
            /** Format: int32 */
            iteration?: number;
            inline: boolean;
        };
        TaskRun: {
            id: string;
            executionId: string;
            tenantId?: string;
            namespace: string;
            flowId: string;
            taskId: string;
            parentTaskRunId?: string;
            value?: string;
            attempts?: components["schemas"]["TaskRunAttempt"][];
            outputs?: {
                [key: string]: unknown;
            };
            state: components["schemas"]["State"];
            /** Format: int32 */
            iteration?: number;
            dynamic?: boolean;
            forceExecution?: boolean;
            /** @description In events: the values that are too large for them */
            omitted?: string[];
        };
        TaskRunAttempt: {
            state: components["schemas"]["State"];
            workerId?: string;
            logFile?: string;
        };
        TaskRunState: {
            taskRunId: string;
            state: string;
        };
        TaskWithVersion: {
            cls?: string;
            version?: string;
        };
        Template: {
            tenantId?: string;
            namespace: string;
            id: string;
            description?: string;
            tasks: {
                [key: string]: unknown;
            }[];
            errors?: {
                [key: string]: unknown;
            }[];
            finally?: {
                [key: string]: unknown;
            }[];
            deleted: boolean;
        };
        TemplateViolation: {
            /**
             * Format: int64
             * @description The position of the document
             */
            index: number;
            outdated: boolean;
            /** @description Of a valid template */
            namespace?: string;
            /** @description What is wrong; absent if it is valid */
            constraints?: string;
        };
        TopicWanted: {
            /** @description execution:ID, runs:ID[:PARENT], log:ID?minLevel=, executions?filters, triggers?filters, flow:NAMESPACE/ID or system */
            topic: string;
            /**
             * Format: int64
             * @description What the page has: `revision` of an answer, or for a log the number of its last line
             */
            since?: number;
        };
        TriggerExplanation: {
            namespace: string;
            flowId: string;
            triggerId: string;
            type: string;
            summary: string;
            state?: components["schemas"]["TriggerState"];
            waits: components["schemas"]["TriggerWait"][];
            log: components["schemas"]["TriggerLogLine"][];
        };
        TriggerFilters: {
            /** @description Each with `field`, `operation` and `value` */
            filters?: {
                [key: string]: unknown;
            }[];
        };
        TriggerLogLine: {
            /** Format: date-time */
            timestamp: string;
            level: string;
            message: string;
        };
        TriggerName: {
            namespace: string;
            flowId: string;
            triggerId: string;
        };
        TriggerOffer: {
            text: string;
            command?: string;
            method?: string;
            path?: string;
        };
        TriggerPlugin: {
            type: string;
            name: string;
            title?: string;
            description: string;
            group: string;
            ee: boolean;
            icon: string;
            deprecated: boolean;
        };
        TriggerSent: {
            namespace: string;
            flowId: string;
            triggerId: string;
            disabled?: boolean;
            backfill?: components["schemas"]["BackfillToCreate"];
            /** @description Not read */
            tenantId?: string;
            /**
             * Format: date-time
             * @description Not read
             */
            date?: string;
            /**
             * Format: date-time
             * @description Not read
             */
            nextExecutionDate?: string;
            /**
             * Format: date-time
             * @description Not read
             */
            updatedDate?: string;
            /**
             * Format: date-time
             * @description Not read
             */
            evaluateRunningDate?: string;
            /** @description Not read */
            executionId?: string;
            /** @description Not read */
            workerId?: string;
            /** @description Not read */
            stopAfter?: string[];
        };
        TriggerState: {
            tenantId: string;
            namespace: string;
            flowId: string;
            triggerId: string;
            kind: string;
            /**
             * Format: date-time
             * @description Of the last evaluation; before the first: when it was created
             */
            date: string;
            /** Format: date-time */
            evaluatedAt?: string;
            /** Format: date-time */
            nextExecutionDate?: string;
            /** Format: date-time */
            nextEvaluationDate?: string;
            /** Format: date-time */
            updatedDate: string;
            /** Format: date-time */
            updatedAt: string;
            /** @description The execution that blocks the next one */
            executionId?: string;
            /** Format: date-time */
            lastTriggeredDate?: string;
            /** Format: date-time */
            evaluateRunningDate?: string;
            locked: boolean;
            workerId?: string;
            disabled: boolean;
            stopAfter?: string[];
            backfill?: components["schemas"]["Backfill"];
        };
        TriggerToDisable: {
            namespace: string;
            flowId: string;
            triggerId: string;
            disabled: boolean;
            /**
             * @description For enabled schedules: what becomes of the dates that they missed; by default, their own policy decides
             * @enum {string}
             */
            recoverMissedSchedules?: "ALL" | "LAST" | "NONE";
        };
        TriggerWait: {
            for: string;
            text: string;
            /** Format: date-time */
            until?: string;
            actions: components["schemas"]["TriggerOffer"][];
        };
        TriggerWithState: {
            trigger: unknown;
            state: components["schemas"]["TriggerState"];
            abstractTrigger: unknown;
            triggerContext: components["schemas"]["TriggerState"];
        };
        TriggersToDisable: {
            triggers: components["schemas"]["TriggerName"][];
            disabled: boolean;
            /**
             * @description For enabled schedules: what becomes of the dates that they missed; by default, their own policy decides
             * @enum {string}
             */
            recoverMissedSchedules?: "ALL" | "LAST" | "NONE";
        };
        Usage: {
            flows: components["schemas"]["FlowUsage"];
            executions: components["schemas"]["ExecutionUsage"];
        };
        Version: {
            version: string;
            commit: string;
            commitDate: string;
            type: string;
        };
        Violation: {
            /**
             * Format: int64
             * @description The position of the document
             */
            index: number;
            filename?: string;
            namespace?: string;
            flow?: string;
            /** @description What is wrong; absent if it is valid */
            constraints?: string;
            outdated: boolean;
            deprecationPaths?: string[];
            warnings?: string[];
            infos?: string[];
            diagnostics?: components["schemas"]["Diagnostic"][];
        };
        WaitOwner: {
            type: string;
            id?: string;
        };
        WebhookResponse: {
            tenantId?: string;
            id?: string;
            namespace?: string;
            flowId?: string;
            /** Format: int32 */
            flowRevision?: number;
            trigger?: components["schemas"]["ExecutionTrigger"];
            outputs?: {
                [key: string]: unknown;
            };
            labels?: components["schemas"]["Label"][];
            state?: components["schemas"]["State"];
            url?: string;
        } & {
            [key: string]: unknown;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Redirects to the web UI */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getContractPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Show this API description as a page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    getBasicAuthConfigErrors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the problems of the configured credentials */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    getConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the configuration of this instance for clients */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Configuration"];
                };
            };
        };
    };
    getLoginConfiguration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the configuration of the login page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginConfiguration"];
                };
            };
        };
    };
    getInstallationHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the health of the whole installation: database, storage, services and queues */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InstallationHealth"];
                };
            };
        };
    };
    enterMaintenance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Enter maintenance mode: running tasks end, no new task starts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
        };
    };
    exitMaintenance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Leave maintenance mode: waiting executions continue */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
        };
    };
    maintenanceStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get whether maintenance mode is on, and whether all tasks have ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MaintenanceStatusResponse"];
                };
            };
        };
    };
    getActiveServices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Count the running services by type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActiveServices"];
                };
            };
        };
    };
    searchServices: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description Only services in one of these states */
                state?: string[];
                /** @description Only services of one of these types */
                type?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `state` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the services of all servers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_ServiceSummary_"];
                };
            };
        };
    };
    getService: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a service with its events and settings */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceInstance"];
                };
            };
        };
    };
    createKillSwitch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KillSwitchToWrite"];
            };
        };
        responses: {
            /** @description Create a kill switch */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KillSwitch"];
                };
            };
        };
    };
    searchKillSwitches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List all kill switches, including the archived ones */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KillSwitch"][];
                };
            };
        };
    };
    updateKillSwitch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KillSwitchToWrite"];
            };
        };
        responses: {
            /** @description Change a kill switch */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KillSwitch"];
                };
            };
        };
    };
    deleteKillSwitch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Archive a kill switch: it no longer has an effect, but is still listed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Log in and get a cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Log out and delete the cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    mainTenantFlows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the tenant `main` has flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": boolean;
                };
            };
        };
    };
    getCurrentUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    getPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the preferences of the caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
        };
    };
    putPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Preferences"];
            };
        };
        responses: {
            /** @description Replace the preferences of the caller; 409 with the stored ones if the revision is not theirs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
        };
    };
    getContract: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get this API description as JSON */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getExpressionFilters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the filters of expressions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    getExpressionFunctions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the functions of expressions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PebbleFunction"][];
                };
            };
        };
    };
    listPlugins: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List plugins */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Plugin_"];
                };
            };
        };
    };
    getPluginBySubgroups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List plugins by sub-group */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plugin"][];
                };
            };
        };
    };
    getPluginIcons: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the icons of all types */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getPluginGroupIcons: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the icons of groups of types */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getPluginIcon: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cls: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the icon of a type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginIcon"];
                };
            };
        };
    };
    getPluginIconSvg: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cls: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the icon of a type as an image */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
        };
    };
    getAllInputTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the types of inputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InputType"][];
                };
            };
        };
    };
    getSchemaFromInputType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the documentation of a type of input */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentationWithSchema"];
                };
            };
        };
    };
    getPluginUiManifest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskWithVersion"][];
            };
        };
        responses: {
            /** @description List the user interfaces of types */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginUiManifest"];
                };
            };
        };
    };
    getPropertiesFromType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the properties of a kind of document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getSchemasFromType: {
        parameters: {
            query?: {
                /** @description Get the schema of a list of this type */
                arrayOf?: boolean;
            };
            header?: never;
            path: {
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the JSON Schema of a kind of document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listTriggerPlugins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the types of triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_TriggerPlugin_"];
                };
            };
        };
    };
    getPluginDocumentation: {
        parameters: {
            query?: {
                /** @description Include the properties that all types of the kind have */
                all?: boolean;
            };
            header?: never;
            path: {
                cls: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the documentation of a type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentationWithSchema"];
                };
            };
        };
    };
    getPluginVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cls: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the versions of a type */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginVersions"];
                };
            };
        };
    };
    getPluginDocumentationFromVersion: {
        parameters: {
            query?: {
                /** @description Include the properties that all types of the kind have */
                all?: boolean;
            };
            header?: never;
            path: {
                cls: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the documentation of a type in a version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentationWithSchema"];
                };
            };
        };
    };
    getPluginUi: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a file of the user interface of types */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    createBasicAuth: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FirstAccount"];
            };
        };
        responses: {
            /** @description Create the first account; from then on a login is required */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    searchBlueprintsOfFlows: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description Words to search for */
                q?: string;
                /** @description Only blueprints with one of these tags */
                tags?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `tags` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List blueprints of flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Blueprint_"];
                };
            };
        };
    };
    listBlueprintTagsOfFlows: {
        parameters: {
            query?: {
                /** @description Only tags of blueprints that these words find */
                q?: string;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `tags` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the tags of blueprints of flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlueprintTag"][];
                };
            };
        };
    };
    getBlueprintGraphOfFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the graph of a blueprint of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowGraph"];
                };
            };
        };
    };
    getBlueprintSourceOfFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the source of a blueprint of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-yaml": string;
                };
            };
        };
    };
    searchBlueprints: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description Words to search for */
                q?: string;
                /** @description Only blueprints with one of these tags */
                tags?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `tags` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List blueprints; with the id of one in place of a kind: its address */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Blueprint_"];
                };
            };
            /** @description List blueprints; with the id of one in place of a kind: its address */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Blueprint_"];
                };
            };
        };
    };
    listBlueprintTags: {
        parameters: {
            query?: {
                /** @description Only tags of blueprints that these words find */
                q?: string;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `tags` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the tags of blueprints */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlueprintTag"][];
                };
            };
        };
    };
    getBlueprint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a blueprint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Blueprint"];
                };
            };
        };
    };
    getBlueprintGraph: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the graph of a blueprint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowGraph"];
                };
            };
        };
    };
    getBlueprintSource: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the source of a blueprint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-yaml": string;
                };
            };
        };
    };
    searchConcurrencyLimits: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the flows that have a concurrency limit, with the slots taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_ConcurrencyLimit_"];
                };
            };
        };
    };
    updateConcurrencyLimit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ConcurrencyLimit"];
            };
        };
        responses: {
            /** @description Recount the used slots of a flow; the count is derived from its executions and cannot be set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConcurrencyLimit"];
                };
            };
        };
    };
    searchDashboards: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description A part of the id, title or description */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for dashboards */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_DashboardResponse_"];
                };
            };
        };
    };
    createDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Create or replace a dashboard */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardResponse"];
                };
            };
        };
    };
    exportChartToCsv: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChartToShow"];
            };
        };
        responses: {
            /** @description Export the data of a chart that is not stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    previewChart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChartToShow"];
            };
        };
        responses: {
            /** @description Get the data of a chart that is not stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Object_"];
                };
            };
        };
    };
    getDefaultDashboards_1: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the default dashboards of the pages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardSettings"];
                };
            };
        };
    };
    validateDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Check a dashboard without storing it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Violation"];
                };
            };
        };
    };
    validateChart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Check a chart without storing it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Violation"];
                };
            };
        };
    };
    getDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a dashboard */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardResponse"];
                };
            };
        };
    };
    updateDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Update a dashboard */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DashboardResponse"];
                };
            };
        };
    };
    deleteDashboard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a dashboard */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getDashboardChartData: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
                chartId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChartQuestion"];
            };
        };
        responses: {
            /** @description Get the data of a chart */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Object_"];
                };
            };
        };
    };
    exportDashboardChartDataToCSV: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
                chartId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChartQuestion"];
            };
        };
        responses: {
            /** @description Export the data of a chart */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    getFlowDependenciesFromTenant: {
        parameters: {
            query?: {
                /** @description Only the tasks, without the triggers */
                destinationOnly?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the dependencies between all flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowTopologyGraph"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Open the stream of events of a browser; its first frame has its name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    subscribeEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                stream: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Subscription"];
            };
        };
        responses: {
            /** @description Change the topics of a stream of events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscribedTopics"];
                };
            };
        };
    };
    searchExecutionsByFlowId: {
        parameters: {
            query: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description The namespace of the flow */
                namespace: string;
                /** @description The id of the flow */
                flowId: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the executions of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Execution_"];
                };
            };
        };
    };
    deleteExecutionsByIds: {
        parameters: {
            query?: {
                /** @description Delete its logs */
                deleteLogs?: boolean;
                /** @description Delete its metrics */
                deleteMetrics?: boolean;
                /** @description Delete its files */
                deleteStorage?: boolean;
                /** @description Also delete executions that have not ended */
                includeNonTerminated?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Delete executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    deleteExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description Delete its logs */
                deleteLogs?: boolean;
                /** @description Delete its metrics */
                deleteMetrics?: boolean;
                /** @description Delete its files */
                deleteStorage?: boolean;
                /** @description Also delete executions that have not ended */
                includeNonTerminated?: boolean;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete the executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    updateExecutionsStatusByIds: {
        parameters: {
            query: {
                /** @description The final state */
                newStatus: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Change the final state of executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    updateExecutionsStatusByQuery: {
        parameters: {
            query: {
                /** @description The final state */
                newStatus: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Change the final state of the executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    compareExecutions: {
        parameters: {
            query: {
                /** @description The id of an execution */
                left: string;
                /** @description The id of another execution */
                right: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Compare two executions: inputs, outputs, labels, task runs, revisions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
        };
    };
    countExecutions: {
        parameters: {
            query?: {
                /** @description The length of a bucket, longer if there were more than 200 */
                interval?: string;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Count executions by state and time of start */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionCounts"];
                };
            };
        };
    };
    countExecutionsByBody: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CountRequest"];
            };
        };
        responses: {
            /** @description Count executions by state and time of start, with the filters in the body */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionCounts"];
                };
            };
        };
    };
    findDistinctFieldValues: {
        parameters: {
            query: {
                /** @description namespace, flowId, state, kind, flowRevision, triggerId or labels */
                field: string;
                /** @description The maximum number of values */
                size?: number;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the values of a field in the matching executions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    exportExecutions: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export executions as CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    getFlowFromExecution: {
        parameters: {
            query?: {
                /** @description The revision */
                revision?: number;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a flow as its executions show it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowForExecution"];
                };
            };
        };
    };
    forceRunByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Force executions to run by ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    forceRunExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Force the matching executions to run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    killExecutionsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Kill executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    killExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Kill the executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    setLabelsOnTerminatedExecutionsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LabelsOfExecutions"];
            };
        };
        responses: {
            /** @description Add labels to ended executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    setLabelsOnTerminatedExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Label"][];
            };
        };
        responses: {
            /** @description Add labels to the ended executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    getLatestExecutions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExecutionRepositoryInterface.FlowFilter"][];
            };
        };
        responses: {
            /** @description Get the newest execution of each flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LastExecutionResponse"][];
                };
            };
        };
    };
    listExecutableDistinctNamespaces: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the namespaces that have executable flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    listFlowExecutionsByNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the executable flows of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowForExecution"][];
                };
            };
        };
    };
    pauseExecutionsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Pause executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    pauseExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pause the executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    replayExecutionsByIds: {
        parameters: {
            query?: {
                /** @description Use the current revision of the flow */
                latestRevision?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Replay executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    replayExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description Use the current revision of the flow */
                latestRevision?: boolean;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Replay the executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    restartExecutionsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Restart executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    restartExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restart the executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    resumeExecutionsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Resume executions by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    resumeExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Resume the executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    searchExecutions: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description START_DATE or END_DATE: the date of an execution that `startDate`, `endDate` and `timeRange` constrain; default: `endDate` the end, the others the start */
                dateFilter?: string;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for executions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Execution_"];
                };
            };
        };
    };
    unqueueExecutionsByIds: {
        parameters: {
            query?: {
                /** @description RUNNING (even beyond the limit), CANCELLED or FAILED */
                state?: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string[];
            };
        };
        responses: {
            /** @description Remove executions from their queues by ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    unqueueExecutionsByQuery: {
        parameters: {
            query?: {
                /** @description RUNNING (even beyond the limit), CANCELLED or FAILED */
                newState?: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description CHILD or MAIN
                 */
                childFilter?: string;
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description States
                 */
                state?: string[];
                /**
                 * @deprecated
                 * @description A duration until now
                 */
                timeRange?: string;
                /**
                 * @deprecated
                 * @description The id of the execution that started them
                 */
                triggerExecutionId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove the matching executions from their queues */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    triggerExecutionByGetWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Start an execution by a webhook trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
        };
    };
    triggerExecutionByPutWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Start an execution by a webhook trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
        };
    };
    triggerExecutionByPostWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Start an execution by a webhook trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
        };
    };
    triggerExecutionByGetWebhookWithPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                key: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Start an execution by a webhook trigger that has a path */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger that has a path */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger that has a path */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
        };
    };
    triggerExecutionByPutWebhookWithPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                key: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Start an execution by a webhook trigger that has a path */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger that has a path */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger that has a path */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
        };
    };
    triggerExecutionByPostWebhookWithPath: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                key: string;
                path: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Start an execution by a webhook trigger that has a path */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger that has a path */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Start an execution by a webhook trigger that has a path */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
        };
    };
    getExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    deleteExecution: {
        parameters: {
            query?: {
                /** @description Delete its logs */
                deleteLogs?: boolean;
                /** @description Delete its metrics */
                deleteMetrics?: boolean;
                /** @description Delete its files */
                deleteStorage?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete an execution */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateExecutionStatus: {
        parameters: {
            query: {
                /** @description The final state */
                status: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Change the final state of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    evalExpression: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Evaluate an expression in an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvalResult"];
                };
            };
        };
    };
    evalTaskRunExpression: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
                taskRunId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Evaluate an expression in a task run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvalResult"];
                };
            };
        };
    };
    forceRunExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Force an execution to run, without regard to its date and the concurrency limit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    killExecution: {
        parameters: {
            query?: {
                /** @description Also kill the executions of its Subflow tasks */
                isOnKillCascade?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Kill an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
            /** @description Kill an execution */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    setLabelsOnTerminatedExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Label"][];
            };
        };
        responses: {
            /** @description Replace the labels of an ended execution; system labels are kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    pauseExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pause a running execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    replayExecution: {
        parameters: {
            query?: {
                /** @description The task run to start from; default: the start of the execution */
                taskRunId?: string;
                /** @description The revision of the flow; default: the revision of the execution */
                revision?: number;
                /** @description Tasks to stop at, as `taskId` or `taskId.value`, separated by commas */
                breakpoints?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Run an execution again as a new execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    replayExecutionWithinputs: {
        parameters: {
            query?: {
                /** @description The task run to start from; default: the start of the execution */
                taskRunId?: string;
                /** @description The revision of the flow; default: the revision of the execution */
                revision?: number;
                /** @description Tasks to stop at, as `taskId` or `taskId.value`, separated by commas */
                breakpoints?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description Run an execution again as a new execution, with other inputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    restartExecution: {
        parameters: {
            query?: {
                /** @description The revision of the flow; a revision other than that of the execution creates a new execution */
                revision?: number;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restart an execution from the failed tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    resumeExecution: {
        parameters: {
            query?: {
                /** @description The Pause task to resume if several branches are paused; default: the first */
                taskRunId?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description Resume a paused execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    resumeExecutionFromBreakpoint: {
        parameters: {
            query?: {
                /** @description Tasks to stop at next, as `taskId` or `taskId.value`, separated by commas */
                breakpoints?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Resume an execution that is stopped at a breakpoint */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    validateResumeExecutionInputs: {
        parameters: {
            query?: {
                /** @description The Pause task to resume if several branches are paused; default: the first */
                taskRunId?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description Check the inputs of a resume */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InputsValidation"];
                };
            };
        };
    };
    updateTaskRunState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskRunState"];
            };
        };
        responses: {
            /** @description Change the state of a task run and continue the execution from it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    unqueueExecution: {
        parameters: {
            query?: {
                /** @description RUNNING (even beyond the limit), CANCELLED or FAILED */
                state?: "CREATED" | "QUEUED" | "SUBMITTED" | "RUNNING" | "PAUSED" | "BREAKPOINT" | "RESTARTED" | "RETRYING" | "KILLING" | "SUCCESS" | "WARNING" | "FAILED" | "KILLED" | "CANCELLED" | "RETRIED" | "SKIPPED" | "RESUBMITTED";
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove an execution from the queue of its flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    explainExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Explain what an execution waits for and which actions are possible */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
        };
    };
    downloadFileFromExecution: {
        parameters: {
            query: {
                /** @description The `kestra://` URI of the file, or the `file://` URI of a local file of the server */
                path: string;
                /** @description RAW, or JSONL: the rows of an Ion file as lines of JSON */
                format?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Download a file of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Download a file of an execution */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Download a file of an execution */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    getFileMetadatasFromExecution: {
        parameters: {
            query: {
                /** @description The `kestra://` URI of the file, or the `file://` URI of a local file of the server */
                path: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the size of a file of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileMetas"];
                };
            };
            /** @description Get the size of a file of an execution */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileMetas"];
                };
            };
        };
    };
    previewFileFromExecution: {
        parameters: {
            query: {
                /** @description The `kestra://` URI of the file, or the `file://` URI of a local file of the server */
                path: string;
                /** @description The maximum number of rows or lines */
                maxRows?: number;
                /** @description The character set of a text file */
                encoding?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the beginning of a file of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePreview"];
                };
            };
            /** @description Get the beginning of a file of an execution */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePreview"];
                };
            };
        };
    };
    getFlowFromExecutionById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the flow of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowForExecution"];
                };
            };
        };
    };
    followExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Follow an execution by server-sent events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    followDependenciesExecutions: {
        parameters: {
            query?: {
                /** @description Without the execution that started it */
                destinationOnly?: boolean;
                /** @description Also what the started executions have started, and so on */
                expandAll?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Follow the states of an execution and of its related executions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    getExecutionFlowGraph: {
        parameters: {
            query?: {
                /** @description Subflow tasks to expand; accepted, without effect */
                subflows?: string[];
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the graph of an execution with its task runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowGraph"];
                };
            };
        };
    };
    executionHistory: {
        parameters: {
            query?: {
                /** @description `next` of the previous page */
                after?: string;
                /** @description At most 1000 */
                size?: number;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List everything that happened to an execution, in order of time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
        };
    };
    releaseExecution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Release an execution from quarantine */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"];
                };
            };
        };
    };
    listTaskRuns: {
        parameters: {
            query?: {
                /** @description Only the children of this task run; without it, those of the top level; `*`: those of every level */
                parent?: string;
                /** @description Only these states */
                state?: string[];
                /** @description Only of this task */
                taskId?: string;
                /** @description Only with this value of a loop */
                value?: string;
                /** @description Only with this text in the id of the task or of the run, or in the value */
                q?: string;
                /** @description start, duration (longest first) or state (failed first) */
                sort?: string;
                /** @description `next` of the previous page */
                after?: string;
                /** @description At most 500 */
                size?: number;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List task runs of an execution, with counts by state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
        };
    };
    createExecution: {
        parameters: {
            query?: {
                /** @description Labels as `key:value` */
                labels?: string[];
                /** @description Respond only when the execution has ended */
                wait?: boolean;
                /** @description The revision of the flow; default: the current revision */
                revision?: number;
                /** @description When to start */
                scheduleDate?: string;
                /** @description Tasks to stop at, as `taskId` or `taskId.value`, separated by commas */
                breakpoints?: string;
                /** @description NORMAL, TEST or PLAYGROUND */
                kind?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description Start an execution of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionResponse"];
                };
            };
        };
    };
    validateNewExecutionInputs: {
        parameters: {
            query?: {
                /** @description Labels as `key:value` */
                labels?: string[];
                /** @description The revision of the flow; default: the current revision */
                revision?: number;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": Record<string, never>;
                "application/x-www-form-urlencoded": Record<string, never>;
            };
        };
        responses: {
            /** @description Check the inputs of a new execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InputsValidation"];
                };
            };
        };
    };
    renderExpressions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpressionsToRender"];
            };
        };
        responses: {
            /** @description Render expressions in an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenderedExpressions"];
                };
            };
        };
    };
    createFlow: {
        parameters: {
            query?: {
                /** @description Store a draft, which is never executed; what runs stays as it is */
                draft?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Create a flow from its source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowWithSource"];
                };
            };
        };
    };
    bulkUpdateFlows: {
        parameters: {
            query?: {
                /** @description Delete the flows that are not in the body */
                delete?: boolean;
                /** @description The namespace of all flows */
                namespace?: string;
                /** @description Accept flows of child namespaces */
                allowNamespaceChild?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "multipart/form-data": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Create and update flows from several documents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowWithSource"][];
                };
            };
        };
    };
    deleteFlowsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowId"][];
            };
        };
        responses: {
            /** @description Delete flows by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    deleteFlowsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `labels`, `namespace`, `q`, `scope`, `flowId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete the flows that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    listDeprecated: {
        parameters: {
            query?: {
                /** @description A namespace, including its child namespaces */
                namespace?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List flows with deprecated tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowWithDeprecatedTasks"][];
                };
            };
        };
    };
    disableFlowsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowId"][];
            };
        };
        responses: {
            /** @description Disable flows by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    disableFlowsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `labels`, `namespace`, `q`, `scope`, `flowId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Disable the flows that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    listDistinctNamespaces: {
        parameters: {
            query?: {
                /** @description A part of the name */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List all namespaces that have flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    enableFlowsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowId"][];
            };
        };
        responses: {
            /** @description Enable flows by their ids */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    enableFlowsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `labels`, `namespace`, `q`, `scope`, `flowId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Enable the flows that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    exportFlowsByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowId"][];
            };
        };
        responses: {
            /** @description Export flows as a zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    exportFlowsByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `labels`, `namespace`, `q`, `scope`, `flowId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export the flows that match as a zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    exportFlows: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `labels`, `namespace`, `q`, `scope`, `flowId` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export flows as CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    expressions: {
        parameters: {
            query?: {
                /** @description Only the outputs of tasks that can run before this task */
                taskId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "text/plain": string;
            };
        };
        responses: {
            /** @description List the completions for expressions of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpressionContext"];
                };
            };
        };
    };
    generateFlowGraphFromSource: {
        parameters: {
            query?: {
                /** @description Subflow tasks to expand; accepted, without effect */
                subflows?: string[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Get the graph of a flow's source */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowGraph"];
                };
            };
        };
    };
    importFlows: {
        parameters: {
            query?: {
                /** @description Stop at the first flow that cannot be imported */
                failOnError?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["FileUpload"];
            };
        };
        responses: {
            /** @description Import flows from YAML or a zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    flowsOverview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowOverviewRequest"];
            };
        };
        responses: {
            /** @description Get the last runs, the triggers and the next date of each flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowOverview"][];
                };
            };
        };
    };
    searchFlows: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `labels`, `namespace`, `q`, `scope`, `flowId` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description Labels as `key:value`
                 */
                labels?: string[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description USER, SYSTEM
                 */
                scope?: string[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Flow_"];
                };
            };
        };
    };
    searchFlowsBySourceCode: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description The text */
                q?: string;
                /** @description A namespace, including its child namespaces */
                namespace?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for flows by a text in their sources */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_FlowFragments_"];
                };
            };
        };
    };
    validateFlows: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "multipart/form-data": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Validate one or several flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Violation"][];
                };
            };
        };
    };
    validateTask: {
        parameters: {
            query: {
                /** @description TASKS or TRIGGERS */
                section: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Validate a single task or trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Violation"];
                };
            };
        };
    };
    validateTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Validate a single trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Violation"];
                };
            };
        };
    };
    listFlowsByNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the flows of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"][];
                };
            };
        };
    };
    updateFlowsInNamespace: {
        parameters: {
            query?: {
                /** @description Delete the flows that are not in the body */
                delete?: boolean;
                /** @description Move flows of other namespaces to this namespace */
                override?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "multipart/form-data": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Write all flows of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowWithSource"][];
                };
            };
        };
    };
    getFlow: {
        parameters: {
            query?: {
                /** @description Include the source */
                source?: boolean;
                /** @description The revision; default: the current revision */
                revision?: number;
                /** @description Also get a deleted flow */
                allowDeleted?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowWithSource"];
                };
            };
        };
    };
    updateFlow: {
        parameters: {
            query?: {
                /** @description Store a draft, which is never executed; what runs stays as it is */
                draft?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Update a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowWithSource"];
                };
            };
        };
    };
    deleteFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a flow */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getFlowDependencies: {
        parameters: {
            query?: {
                /** @description Only the tasks, without the triggers */
                destinationOnly?: boolean;
                /** @description Include indirect dependencies */
                expandAll?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the flows that a flow starts, and the flows that start it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowTopologyGraph"];
                };
            };
        };
    };
    generateFlowGraph: {
        parameters: {
            query?: {
                /** @description The revision of the flow */
                revision?: number;
                /** @description Subflow tasks to expand; accepted, without effect */
                subflows?: string[];
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the graph of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowGraph"];
                };
            };
        };
    };
    flowGrid: {
        parameters: {
            query?: {
                /** @description At most 500 executions */
                runs?: number;
                /** @description `next` of the previous page */
                before?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the states of all tasks of a flow in its last executions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowGrid"];
                };
            };
        };
    };
    flowInsight: {
        parameters: {
            query?: {
                /** @description How many of the last executions that ended, at most 100 */
                last?: number;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get how long the last executions of a flow and its tasks lasted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowInsight"];
                };
            };
        };
    };
    listFlowRevisions: {
        parameters: {
            query?: {
                /** @description Include deleted revisions */
                allowDelete?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the revisions of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowWithSource"][];
                };
            };
        };
    };
    deleteRevisions: {
        parameters: {
            query: {
                /** @description Which */
                revisions: number[];
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete revisions of a flow, except the current one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getTaskFromFlow: {
        parameters: {
            query?: {
                /** @description The revision; default: the current revision */
                revision?: number;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                taskId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a task of a flow, at any depth */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    updateTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
                taskId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Task"];
            };
        };
        responses: {
            /** @description Replace a task in the source of a flow; everything around it stays as it is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
        };
    };
    listAllKeys: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `namespace`, `updated` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List keys of all namespaces */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_KVEntry_"];
                };
            };
        };
    };
    searchLogs: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description The `nextCursor` of an answer: the lines that follow, even if others come in meanwhile; in place of `page` */
                cursor?: string;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `startDate`, `endDate`, `timeRange`, `flowId`, `triggerId`, `level`, `executionId`, `taskId`, `taskRunId`, `attemptNumber` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description Until this time
                 */
                endDate?: string;
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description The least level
                 */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description From this time
                 */
                startDate?: string;
                /**
                 * @deprecated
                 * @description The id of the trigger
                 */
                triggerId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for log lines */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogPage"];
                };
            };
        };
    };
    listLogsFromExecution: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `startDate`, `endDate`, `timeRange`, `flowId`, `triggerId`, `level`, `executionId`, `taskId`, `taskRunId`, `attemptNumber` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The number of the attempt
                 */
                attempt?: number;
                /**
                 * @deprecated
                 * @description The least level
                 */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /**
                 * @deprecated
                 * @description The id of the task
                 */
                taskId?: string;
                /**
                 * @deprecated
                 * @description The id of the task run
                 */
                taskRunId?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the log of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogEntry"][];
                };
            };
        };
    };
    deleteLogsFromExecution: {
        parameters: {
            query?: {
                /** @description This level and above */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /** @description Only for this task run */
                taskRunId?: string;
                /** @description Only for this task */
                taskId?: string;
                /** @description Only for this attempt */
                attempt?: number;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete logs of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    downloadLogsFromExecution: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `startDate`, `endDate`, `timeRange`, `flowId`, `triggerId`, `level`, `executionId`, `taskId`, `taskRunId`, `attemptNumber` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The number of the attempt
                 */
                attempt?: number;
                /**
                 * @deprecated
                 * @description The least level
                 */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /**
                 * @deprecated
                 * @description The id of the task
                 */
                taskId?: string;
                /**
                 * @deprecated
                 * @description The id of the task run
                 */
                taskRunId?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Download the log of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    logFind: {
        parameters: {
            query?: {
                /** @description The number of a line: only lines after it */
                from?: number;
                /** @description Search backwards */
                back?: boolean;
                /** @description Only lines of exactly this level */
                level?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /** @description This level and above */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /** @description Only of this task */
                taskId?: string;
                /** @description Only of this task run; `none`: of the execution itself */
                taskRunId?: string;
                /** @description Only of this attempt */
                attempt?: number;
                /** @description A text in the message, in any case */
                q?: string;
                /** @description `q` is a regular expression (RE2) */
                regex?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find the next line of a log with a text or a level */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogMatch"];
                };
            };
        };
    };
    followLogsFromExecution: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `startDate`, `endDate`, `timeRange`, `flowId`, `triggerId`, `level`, `executionId`, `taskId`, `taskRunId`, `attemptNumber` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The least level
                 */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Follow the log of an execution by server-sent events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    logProfile: {
        parameters: {
            query?: {
                /** @description At most 2000 */
                buckets?: number;
                /** @description This level and above */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /** @description Only of this task */
                taskId?: string;
                /** @description Only of this task run; `none`: of the execution itself */
                taskRunId?: string;
                /** @description Only of this attempt */
                attempt?: number;
                /** @description A text in the message, in any case */
                q?: string;
                /** @description `q` is a regular expression (RE2) */
                regex?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Count the lines of a log by level, part and task run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogProfile"];
                };
            };
        };
    };
    logWindow: {
        parameters: {
            query?: {
                /** @description first, last, the number of a line or a date-time */
                at?: string;
                /** @description How many lines before the place */
                before?: number;
                /** @description How many lines from the place on */
                after?: number;
                /** @description At most 1000; what `before` leaves is for `after` */
                size?: number;
                /** @description The whole message of one long line, with size=1 */
                whole?: boolean;
                /** @description This level and above */
                minLevel?: "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE";
                /** @description Only of this task */
                taskId?: string;
                /** @description Only of this task run; `none`: of the execution itself */
                taskRunId?: string;
                /** @description Only of this attempt */
                attempt?: number;
                /** @description A text in the message, in any case */
                q?: string;
                /** @description `q` is a regular expression (RE2) */
                regex?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the lines of a log around a place */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogWindow"];
                };
            };
        };
    };
    deleteLogsFromFlow: {
        parameters: {
            query: {
                /** @description The trigger that has written the lines */
                triggerId: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete the logs of a trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getBookmarks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the bookmarks of the caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bookmark"][];
                };
            };
        };
    };
    putBookmarks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Bookmark"][];
            };
        };
        responses: {
            /** @description Replace the bookmarks of the caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bookmark"][];
                };
            };
        };
    };
    listSavedFilters: {
        parameters: {
            query?: {
                /** @description Only those of this page */
                page?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the saved filters of the caller, and those that are shared with the tenant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedFilter"][];
                };
            };
        };
    };
    createSavedFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SavedFilterBody"];
            };
        };
        responses: {
            /** @description Save a filter of a list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedFilter"];
                };
            };
        };
    };
    getSavedFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a saved filter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedFilter"];
                };
            };
        };
    };
    updateSavedFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SavedFilterBody"];
            };
        };
        responses: {
            /** @description Change a saved filter of the caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedFilter"];
                };
            };
        };
    };
    deleteSavedFilter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a saved filter of the caller */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    aggregateMetricsFromFlow: {
        parameters: {
            query?: {
                /** @description The start; default: 30 days before `endDate` */
                startDate?: string;
                /** @description The end; default: now */
                endDate?: string;
                /** @description sum, avg, min or max */
                aggregation?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
                metric: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sum a metric of a flow over time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricAggregations"];
                };
            };
        };
    };
    aggregateMetricsFromTask: {
        parameters: {
            query?: {
                /** @description The start; default: 30 days before `endDate` */
                startDate?: string;
                /** @description The end; default: now */
                endDate?: string;
                /** @description sum, avg, min or max */
                aggregation?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
                taskId: string;
                metric: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sum a metric of a task over time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricAggregations"];
                };
            };
        };
    };
    listFlowMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the names of the metrics of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    listTaskMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
                taskId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the names of the metrics of a task */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    listTasksWithMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the tasks of a flow that have metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    searchByExecution: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description Only for this task run */
                taskRunId?: string;
                /** @description Only for this task */
                taskId?: string;
            };
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the metrics of an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_MetricEntry_"];
                };
            };
        };
    };
    createNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamespaceToWrite"];
            };
        };
        responses: {
            /** @description Create the configuration of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    autocompleteNamespaces: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamespaceSearch"];
            };
        };
        responses: {
            /** @description List namespaces by a part of their names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    searchNamespaces: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `existingOnly` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description Only namespaces that contain something
                 */
                existing?: boolean;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for namespaces */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Namespace_"];
                };
            };
        };
    };
    getNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    updateNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamespaceToWrite"];
            };
        };
        responses: {
            /** @description Update the configuration of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Namespace"];
                };
            };
        };
    };
    deleteNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete the configuration of a namespace */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    inheritedPluginDefaults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the plugin defaults that a namespace inherits from its parents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginDefault"][];
                };
            };
        };
    };
    inheritedVariables: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the variables that a namespace inherits from its parents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    exportPluginDefaults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export the plugin defaults of a namespace as YAML */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    importPluginDefaults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["FileUpload"];
            };
        };
        responses: {
            /** @description Add the plugin defaults of a YAML file to a namespace; those of the same types are replaced */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    getFlowDependenciesFromNamespace: {
        parameters: {
            query?: {
                /** @description Only the tasks, without the triggers */
                destinationOnly?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the dependencies of the flows of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowTopologyGraph"];
                };
            };
        };
    };
    getFileContent: {
        parameters: {
            query: {
                /** @description The path of the file */
                path: string;
                /** @description The revision */
                revision?: number;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the content of a file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Get the content of a file */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    moveFileDirectory: {
        parameters: {
            query: {
                /** @description The current path */
                from: string;
                /** @description The new path */
                to: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Move or rename a file or directory */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    createNamespaceFile: {
        parameters: {
            query: {
                /** @description The path of the file */
                path: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "multipart/form-data": components["schemas"]["FileContent"];
            };
        };
        responses: {
            /** @description Write a file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    deleteFileDirectory: {
        parameters: {
            query: {
                /** @description The path of the file */
                path: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a file or directory */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listNamespaceDirectoryFiles: {
        parameters: {
            query?: {
                /** @description The path of the directory; default: the root directory */
                path?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the content of a directory */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileAttributes"][];
                };
            };
        };
    };
    createNamespaceDirectory: {
        parameters: {
            query?: {
                /** @description The path of the directory; default: the root directory */
                path?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Create a directory */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    exportNamespaceFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export all files and flows of a namespace as a zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    getFileRevisions: {
        parameters: {
            query: {
                /** @description The path of the file */
                path: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the revisions of a file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamespaceFileRevision"][];
                };
            };
        };
    };
    searchNamespaceFiles: {
        parameters: {
            query: {
                /** @description The part */
                q: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find files by a part of their paths */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    getFileMetadatas: {
        parameters: {
            query?: {
                /** @description The path of the directory; default: the root directory */
                path?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get size and times of a file or directory */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileAttributes"];
                };
            };
        };
    };
    getInheritedSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the names of the secrets that flows of a namespace can use */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string[];
                    };
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the keys of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KVEntry"][];
                };
            };
        };
    };
    deleteKeyValues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyList"];
            };
        };
        responses: {
            /** @description Delete keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
        };
    };
    listKeysWithInheritence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the keys of the parent namespaces */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KVEntry"][];
                };
            };
        };
    };
    getKeyValue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the value of a key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KvValue"];
                };
            };
        };
    };
    setKeyValue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": string;
            };
        };
        responses: {
            /** @description Set the value of a key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    deleteKeyValue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": boolean;
                };
            };
        };
    };
    getKeyValueDetail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the value and the metadata of a key */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KvDetail"];
                };
            };
        };
    };
    list_3: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the reusable inputs of a namespace and its parents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_ReusableInputs_"];
                };
            };
        };
    };
    get_4: {
        parameters: {
            query?: {
                /** @description The revision; the newest one without it */
                revision?: number;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get reusable inputs of a namespace or the nearest parent that has them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReusableInputs"];
                };
            };
        };
    };
    createOrUpdate: {
        parameters: {
            query?: {
                /** @description Refuse to replace a set that exists in the namespace */
                failIfExists?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Save reusable inputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReusableInputs"];
                };
            };
        };
    };
    delete_3: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete reusable inputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    revisions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the revisions of reusable inputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReusableInputs"][];
                };
            };
        };
    };
    listNamespaceSecrets: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `namespace` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the names of the secrets of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretList"];
                };
            };
        };
    };
    putSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretToWrite"];
            };
        };
        responses: {
            /** @description Write a secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"][];
                };
            };
        };
    };
    deleteSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretToPatch"];
            };
        };
        responses: {
            /** @description Change description and tags of a secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"][];
                };
            };
        };
    };
    getTaskOutputsInformation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the task runs that have outputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOutputInformation"][];
                };
            };
        };
    };
    getTaskRunOutputs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                executionId: string;
                taskRunId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the outputs of a task run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    namespacesWithBlocks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the namespaces that have reusable inputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    searchEverything: {
        parameters: {
            query: {
                /** @description Words, or parts of words: all must be found. Also the id of an execution, or its beginning */
                q: string;
                /** @description execution, flow, namespace, trigger, key, plugin, blueprint, page, separated by commas; default: all */
                kinds?: string;
                /** @description At most 100 */
                size?: number;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Find executions, flows, namespaces, triggers, keys, plugins, blueprints and pages by a text */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Finding"][];
                };
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `namespace` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the names of secrets */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretList"];
                };
            };
        };
    };
    statsExecutionsDaily: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatisticRequest"];
            };
        };
        responses: {
            /** @description Count executions by day and state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DailyExecutionStatistics"][];
                };
            };
        };
    };
    statsExecutionsDailyByFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatisticRequest"];
            };
        };
        responses: {
            /** @description Count the executions of each flow by day and state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: {
                            [key: string]: components["schemas"]["DailyExecutionStatistics"][];
                        };
                    };
                };
            };
        };
    };
    statsExecutionsDailyByNamespace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatisticRequest"];
            };
        };
        responses: {
            /** @description Count the executions of each namespace by day and state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: components["schemas"]["DailyExecutionStatistics"][];
                    };
                };
            };
        };
    };
    statsLastExecutions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LastExecutionsRequest"];
            };
        };
        responses: {
            /** @description Get the newest execution of each flow, without task runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Execution"][];
                };
            };
        };
    };
    statsLogsDaily: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatisticRequest"];
            };
        };
        responses: {
            /** @description Count log lines by day and level */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogStatistics"][];
                };
            };
        };
    };
    statsSummary: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatisticRequest"];
            };
        };
        responses: {
            /** @description Count flows and triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SummaryStatistics"];
                };
            };
        };
    };
    statsTaskRunsDaily: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatisticRequest"];
            };
        };
        responses: {
            /** @description Count task runs by day and state */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DailyExecutionStatistics"][];
                };
            };
        };
    };
    maxTaskRunSetting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the maximum number of task runs that a search finds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": number;
                };
            };
        };
    };
    searchTaskRuns: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `flowId`, `startDate`, `endDate`, `timeRange`, `state`, `labels`, `triggerExecutionId`, `childFilter`, `namespace`, `kind`, `id`, `flowRevision`, `triggerId` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for task runs: those of the newest executions that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_TaskRun_"];
                };
            };
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Create a template */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    deleteTemplatesByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowId"][];
            };
        };
        responses: {
            /** @description Delete templates */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    deleteTemplatesByQuery: {
        parameters: {
            query?: {
                /** @description A part of namespace and id */
                q?: string;
                /** @description A namespace, with those below */
                namespace?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete the templates that match */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    listTemplateDistinctNamespaces: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the namespaces of templates */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    exportTemplatesByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowId"][];
            };
        };
        responses: {
            /** @description Export templates as a zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    exportTemplatesByQuery: {
        parameters: {
            query?: {
                /** @description A part of namespace and id */
                q?: string;
                /** @description A namespace, with those below */
                namespace?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export the templates that match as a zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
        };
    };
    importTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": Record<string, never>;
            };
        };
        responses: {
            /** @description Import templates from YAML or a zip */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
        };
    };
    searchTemplates: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description A part of namespace and id */
                q?: string;
                /** @description A namespace, with those below */
                namespace?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for templates */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_Template_"];
                };
            };
        };
    };
    validateTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Check templates without storing them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateViolation"][];
                };
            };
        };
    };
    updateTemplatesOfNamespace: {
        parameters: {
            query?: {
                /** @description Delete templates that are not in the body */
                delete?: boolean;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Replace the templates of a namespace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"][];
                };
            };
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get a template */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    updateTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-yaml": string;
                "application/json": Record<string, never>;
                "text/plain": string;
            };
        };
        responses: {
            /** @description Update a template */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
        };
    };
    deleteTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a template */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"];
            };
        };
        responses: {
            /** @description Enable or disable a trigger, or create its backfill (for 1.x clients) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    createBackfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackfillOfTrigger"];
            };
        };
        responses: {
            /** @description Create a backfill for a range of dates of a schedule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    deleteBackfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"];
            };
        };
        responses: {
            /** @description Delete a backfill */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    deleteBackfillByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete the matching backfills */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    deleteBackfillByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"][];
            };
        };
        responses: {
            /** @description Delete backfills */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    pauseBackfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"];
            };
        };
        responses: {
            /** @description Pause a backfill */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    pauseBackfillByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pause the matching backfills */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    pauseBackfillByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"][];
            };
        };
        responses: {
            /** @description Pause backfills */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    unpauseBackfill: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"];
            };
        };
        responses: {
            /** @description Resume a backfill */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    unpauseBackfillByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Resume the matching backfills */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    unpauseBackfillByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"][];
            };
        };
        responses: {
            /** @description Resume backfills */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    deleteTriggersByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TriggerFilters"];
            };
        };
        responses: {
            /** @description Delete the states of the matching triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    deleteTriggersByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"][];
            };
        };
        responses: {
            /** @description Delete the states of triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    exportTriggers: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export the states of triggers as CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
        };
    };
    searchTriggers: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description NEXT_EXECUTION_DATE or LAST_TRIGGERED_DATE: which date `startDate`, `endDate` and `timeRange` are about */
                dateFilter?: string;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The id of the flow
                 */
                flowId?: string;
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
                /**
                 * @deprecated
                 * @description The id of the worker that evaluates them
                 */
                workerId?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Search for triggers, with their definitions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_TriggerWithState_"];
                };
            };
        };
    };
    disableTriggerById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerToDisable"];
            };
        };
        responses: {
            /** @description Enable or disable a trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    disabledTriggersByQuery: {
        parameters: {
            query?: {
                /** @description Whether the triggers are disabled */
                disabled?: boolean;
                /** @description For enabled schedules: what becomes of the dates that they missed; by default, their own policy decides */
                recoverMissedSchedules?: string;
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Enable or disable the matching triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    disabledTriggersByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggersToDisable"];
            };
        };
        responses: {
            /** @description Enable or disable triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    unlockTriggersByQuery: {
        parameters: {
            query?: {
                /** @description `filters[field][OPERATION]=value`, `filters[labels][EQUALS][key]=value`; fields: `q`, `scope`, `namespace`, `flowId`, `triggerId`, `workerId`, `state`, `triggerState`, `startDate`, `endDate`, `timeRange`, `nextExecutionDate`, `lastTriggeredDate`, `locked` */
                filters?: Record<string, never>[];
                /**
                 * @deprecated
                 * @description The namespace and its children
                 */
                namespace?: string;
                /**
                 * @deprecated
                 * @description A text to search for
                 */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unlock the matching triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    unlockTriggersByIds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TriggerSent"][];
            };
        };
        responses: {
            /** @description Unlock triggers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResponse"];
                };
            };
        };
    };
    searchTriggersForFlow: {
        parameters: {
            query?: {
                /** @description The page, from 1 */
                page?: number;
                /** @description The number of entries of a page */
                size?: number;
                /** @description `field:asc` or `field:desc` */
                sort?: string[];
                /** @description A part of the id */
                q?: string;
            };
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the states of the triggers of a flow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PagedResults_TriggerState_"];
                };
            };
        };
    };
    deleteTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
                triggerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete the state of a trigger; it is created again if the flow defines the trigger */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    explainTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
                triggerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Explain why a trigger fired or did not fire, and its next step */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerExplanation"];
                };
            };
        };
    };
    restartTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
                triggerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Restart the evaluation or the listener of a trigger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    unlockTrigger: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                namespace: string;
                flowId: string;
                triggerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Unlock a trigger that waits for an execution */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TriggerState"];
                };
            };
        };
    };
    tenantUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get the usage counts of the tenant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
    getUsages: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get usage counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Health of the server and its parts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    healthLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the process is alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    healthReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the server accepts requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    ping: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Check that the server responds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    getContractYaml: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Get this API description as YAML */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-yaml": string;
                };
            };
        };
    };
    version: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version of the program */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Version"];
                };
            };
        };
    };
}
