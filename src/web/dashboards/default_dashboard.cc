#include "web/dashboards/default_dashboard.h"

namespace gyr::web {

static constexpr std::string_view source_of_default = R"yaml(id: default
title: Overview
description: Executions of this installation
timeWindow:
  default: P30D
  max: P366D
charts:
  - id: success_ratio
    type: io.kestra.plugin.core.dashboard.chart.KPI
    chartOptions:
      displayName: Success ratio
      numberType: PERCENTAGE
      width: 3
    data:
      type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
      columns:
        field: ID
        agg: COUNT
      numerator:
        - field: STATE
          type: IN
          values: [SUCCESS, CANCELLED, WARNING]
      where:
        - field: STATE
          type: IN
          values: [SUCCESS, CANCELLED, WARNING, FAILED, KILLED, RETRIED]
  - id: failure_ratio
    type: io.kestra.plugin.core.dashboard.chart.KPI
    chartOptions:
      displayName: Failure ratio
      numberType: PERCENTAGE
      width: 3
    data:
      type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
      columns:
        field: ID
        agg: COUNT
      numerator:
        - field: STATE
          type: IN
          values: [FAILED, KILLED, RETRIED]
      where:
        - field: STATE
          type: IN
          values: [SUCCESS, CANCELLED, WARNING, FAILED, KILLED, RETRIED]
  - id: running
    type: io.kestra.plugin.core.dashboard.chart.KPI
    chartOptions:
      displayName: Executions running
      numberType: FLAT
      width: 3
    data:
      type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
      columns:
        field: ID
        agg: COUNT
      where:
        - field: STATE
          type: IN
          values: [CREATED, RUNNING, RESTARTED, KILLING, RETRYING]
  - id: pending
    type: io.kestra.plugin.core.dashboard.chart.KPI
    chartOptions:
      displayName: Executions pending
      numberType: FLAT
      width: 3
    data:
      type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
      columns:
        field: ID
        agg: COUNT
      where:
        - field: STATE
          type: IN
          values: [QUEUED, PAUSED]
  - id: executions_over_time
    type: io.kestra.plugin.core.dashboard.chart.TimeSeries
    chartOptions:
      displayName: Executions
      description: Executions by state, and how long they took
      column: date
      colorByColumn: state
      width: 12
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        date:
          field: START_DATE
          displayName: Date
        state:
          field: STATE
        total:
          displayName: Executions
          agg: COUNT
          graphStyle: BARS
        duration:
          displayName: Duration
          field: DURATION
          agg: SUM
          graphStyle: LINES
  - id: states
    type: io.kestra.plugin.core.dashboard.chart.Pie
    chartOptions:
      displayName: States
      colorByColumn: state
      width: 4
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        state:
          field: STATE
        total:
          agg: COUNT
  - id: executions_per_namespace
    type: io.kestra.plugin.core.dashboard.chart.Bar
    chartOptions:
      displayName: Executions per namespace
      column: namespace
      width: 8
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        namespace:
          field: NAMESPACE
        state:
          field: STATE
        total:
          agg: COUNT
  - id: errors_per_namespace
    type: io.kestra.plugin.core.dashboard.chart.Bar
    chartOptions:
      displayName: Execution errors per namespace
      column: namespace
      width: 12
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        namespace:
          field: NAMESPACE
        state:
          field: STATE
        total:
          agg: COUNT
      where:
        - field: STATE
          type: IN
          values: [FAILED, KILLED, RETRIED]
  - id: in_progress
    type: io.kestra.plugin.core.dashboard.chart.Table
    chartOptions:
      displayName: Executions in progress
      width: 6
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        id:
          field: ID
          displayName: Execution
        namespace:
          field: NAMESPACE
          displayName: Namespace
        flow:
          field: FLOW_ID
          displayName: Flow
        start:
          field: START_DATE
          displayName: Start
        state:
          field: STATE
          displayName: State
      where:
        - field: STATE
          type: IN
          values: [CREATED, RUNNING, RESTARTED, KILLING, RETRYING, QUEUED, PAUSED]
  - id: next_executions
    type: io.kestra.plugin.core.dashboard.chart.Table
    chartOptions:
      displayName: Next scheduled executions
      width: 6
    data:
      type: io.kestra.plugin.core.dashboard.data.Triggers
      columns:
        trigger:
          field: TRIGGER_ID
          displayName: Trigger
        namespace:
          field: NAMESPACE
          displayName: Namespace
        flow:
          field: FLOW_ID
          displayName: Flow
        date:
          field: NEXT_EXECUTION_DATE
          displayName: Next
      where:
        - field: NEXT_EXECUTION_DATE
          type: IS_NOT_NULL
      orderBy:
        - column: date
  - id: errors
    type: io.kestra.plugin.core.dashboard.chart.Table
    chartOptions:
      displayName: Errors
      width: 12
    data:
      type: io.kestra.plugin.core.dashboard.data.Logs
      columns:
        date:
          field: DATE
          displayName: Date
        namespace:
          field: NAMESPACE
          displayName: Namespace
        flow:
          field: FLOW_ID
          displayName: Flow
        execution:
          field: EXECUTION_ID
          displayName: Execution
        message:
          field: MESSAGE
          displayName: Message
      where:
        - field: LEVEL
          type: EQUAL_TO
          value: ERROR
)yaml";
const std::string_view default_dashboard_source = source_of_default;

}  // namespace gyr::web
