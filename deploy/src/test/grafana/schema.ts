// A dashboard's JSON, by the types of grafana-foundation-sdk. A field that the types do not have, a value that an enum
// does not have, and a missing required field are errors of the compiler.
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import type * as stat from '@grafana/grafana-foundation-sdk/stat';
import type * as table from '@grafana/grafana-foundation-sdk/table';
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

type IsAny<T> = 0 extends 1 & T ? true : false;

/** What a type looks like in JSON: enums as their values, and no methods. */
type Json<T> = IsAny<T> extends true
  ? any
  : T extends string
    ? `${T}`
    : T extends number | boolean | null | undefined
      ? T
      : T extends readonly (infer U)[]
        ? Json<U>[]
        : { [K in keyof T as T[K] extends Function ? never : K]: Json<T[K]> };

type Visualization<Type extends string, Options, Custom> = Omit<
  Json<dashboard.Panel>,
  'type' | 'options' | 'fieldConfig' | 'targets'
> & {
  type: Type;
  options: Json<Options>;
  targets: Json<prometheus.Dataquery>[];
  fieldConfig: {
    defaults: Omit<Json<dashboard.FieldConfig>, 'custom'> & { custom?: Partial<Json<Custom>> };
    overrides: Json<dashboard.FieldConfigSource>['overrides'];
  };
};

type Panel =
  | Visualization<'stat', stat.Options, never>
  | Visualization<'table', table.Options, table.FieldConfig>
  | Visualization<'timeseries', timeseries.Options, timeseries.FieldConfig>;

type Row = Omit<Json<dashboard.RowPanel>, 'panels'> & { panels: Panel[] };

export type Dashboard = Omit<Json<dashboard.Dashboard>, 'panels' | 'schemaVersion'> & {
  schemaVersion: 42;
  panels: (Panel | Row)[];
};
