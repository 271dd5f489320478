-- MLflow 3.17.2's SQLite tables and rows, as its client wrote them (write_history.py).
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE "datasets" (
	dataset_uuid VARCHAR(36) NOT NULL, 
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	digest VARCHAR(36) NOT NULL, 
	dataset_source_type VARCHAR(36) NOT NULL, 
	dataset_source TEXT NOT NULL, 
	dataset_schema TEXT, 
	dataset_profile TEXT, 
	CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest), 
	CONSTRAINT fk_datasets_experiment_id_experiments FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id) ON DELETE CASCADE
);
CREATE TABLE "experiment_tags" (
	"key" VARCHAR(250) NOT NULL, 
	value TEXT, 
	experiment_id INTEGER NOT NULL, 
	CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
);
CREATE TABLE "experiments" (
	experiment_id INTEGER NOT NULL, 
	name VARCHAR(256) NOT NULL, 
	artifact_location VARCHAR(256), 
	lifecycle_stage VARCHAR(32), 
	creation_time BIGINT, 
	last_update_time BIGINT, 
	workspace VARCHAR(63) DEFAULT 'default' NOT NULL, 
	CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), 
	CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT uq_experiments_workspace_name UNIQUE (workspace, name)
);
CREATE TABLE input_tags (
	input_uuid VARCHAR(36) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	value VARCHAR(500) NOT NULL, 
	CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)
);
CREATE TABLE inputs (
	input_uuid VARCHAR(36) NOT NULL, 
	source_type VARCHAR(36) NOT NULL, 
	source_id VARCHAR(36) NOT NULL, 
	destination_type VARCHAR(36) NOT NULL, 
	destination_id VARCHAR(36) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)
);
CREATE TABLE "latest_metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT, 
	step BIGINT NOT NULL, 
	is_nan BOOLEAN NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
CREATE TABLE "metrics" (
	"key" VARCHAR(250) NOT NULL, 
	value FLOAT NOT NULL, 
	timestamp BIGINT NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	step BIGINT DEFAULT '0' NOT NULL, 
	is_nan BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid), 
	CHECK (is_nan IN (0, 1))
);
CREATE TABLE "params" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000) NOT NULL, 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
CREATE TABLE "runs" (
	run_uuid VARCHAR(32) NOT NULL, 
	name VARCHAR(250), 
	source_type VARCHAR(20), 
	source_name VARCHAR(500), 
	entry_point_name VARCHAR(50), 
	user_id VARCHAR(256), 
	status VARCHAR(9), 
	start_time BIGINT, 
	end_time BIGINT, 
	source_version VARCHAR(50), 
	lifecycle_stage VARCHAR(20), 
	artifact_uri VARCHAR(200), 
	experiment_id INTEGER, deleted_time BIGINT, 
	CONSTRAINT run_pk PRIMARY KEY (run_uuid), 
	CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')), 
	CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')), 
	FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id), 
	CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
);
CREATE TABLE "tags" (
	"key" VARCHAR(250) NOT NULL, 
	value VARCHAR(8000), 
	run_uuid VARCHAR(32) NOT NULL, 
	CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid), 
	FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
);
CREATE INDEX idx_experiments_workspace ON experiments (workspace);
CREATE INDEX idx_experiments_workspace_creation_time ON experiments (workspace, creation_time);
CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid);
CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type);
CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type);
CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid);
CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid);
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE INDEX index_metrics_run_uuid_key_step ON metrics (run_uuid, "key", step);
CREATE INDEX index_params_run_uuid ON params (run_uuid);
CREATE INDEX index_tags_run_uuid ON tags (run_uuid);
INSERT INTO "alembic_version" VALUES ('dc11669786a5');
INSERT INTO "experiments" VALUES (0, 'Default', '/tmp/mlf/mlruns/0', 'active', 1795571338379, 1795571338379, 'default');
INSERT INTO "experiments" VALUES (1, 'recommender', '/artifacts/1', 'active', 1795571338400, 1795571338400, 'default');
INSERT INTO "experiments" VALUES (2, 'Recommender', '/artifacts/2', 'deleted', 1795571338416, 1795571339351, 'default');
INSERT INTO "latest_metrics" VALUES ('loss', 0.5, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('val_loss', 0.5833333333333334, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('val_recall_at_100', 0.5, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('weight_norm', 45.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_weight_norm', 35.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_weights_mean', 0.005, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_weights_std', 0.1, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('candidate_grad_norm', 1.5, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_0', 5.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_1', 6.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_2', 7.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_3', 8.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_4', 9.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_5', 10.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_6', 11.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_7', 12.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_8', 13.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_9', 14.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_10', 15.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_11', 16.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_12', 17.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_13', 18.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_14', 19.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_15', 20.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_16', 21.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_17', 22.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_18', 23.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_19', 24.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_20', 25.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_21', 26.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_22', 27.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_23', 28.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('query_hist_bin_24', 29.0, 15000, 5, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('test_recall_at_5', 0.0386, 20000, 0, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('final_loss', 0.5, 20000, 0, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('gradient_collapse_epoch', 5.0, 20000, 0, 0, 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "latest_metrics" VALUES ('odd', 0.30000000000000004, 1, 4, 0, '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "latest_metrics" VALUES ('steps', 2.5, 1, 9223372036854775807, 0, '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "latest_metrics" VALUES ('same', 1.0, 8, 1, 0, '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "latest_metrics" VALUES ('Loss', 1.0, 1, 0, 0, '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "latest_metrics" VALUES ('loss', 2.0, 1, 0, 0, '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "latest_metrics" VALUES ('dir/deep/loss', 2.0, 1, 0, 0, '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "latest_metrics" VALUES ('größe der Ebene', 2.0, 1, 0, 0, '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "latest_metrics" VALUES ('loss', 2.5, 1000, 0, 0, '32081d8952b34506bc93773070c1bd89');
INSERT INTO "latest_metrics" VALUES ('loss', 2.5, 1000, 0, 0, 'bda6b9fcfb194b82a9efa0e1371d5195');
INSERT INTO "latest_metrics" VALUES ('loss', 1.0, 1000, 0, 0, 'dccf45e4507c4df1a1227e9242cb5955');
INSERT INTO "latest_metrics" VALUES ('loss', 3.0, 1000, 0, 0, 'c332ea514b0246e39ba13cd343187c0a');
INSERT INTO "metrics" VALUES ('loss', 3.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('val_loss', 3.5, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('val_recall_at_100', 0.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('weight_norm', 40.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_weight_norm', 30.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_weights_mean', 0.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_weights_std', 0.1, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('candidate_grad_norm', 1.5, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_0', 0.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_1', 1.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_2', 2.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_3', 3.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_4', 4.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_5', 5.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_6', 6.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_7', 7.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_8', 8.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_9', 9.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_10', 10.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_11', 11.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_12', 12.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_13', 13.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_14', 14.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_15', 15.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_16', 16.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_17', 17.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_18', 18.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_19', 19.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_20', 20.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_21', 21.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_22', 22.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_23', 23.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_24', 24.0, 10000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('loss', 1.5, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('val_loss', 1.75, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('val_recall_at_100', 0.1, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('weight_norm', 41.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_weight_norm', 31.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_weights_mean', 0.001, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_weights_std', 0.1, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('candidate_grad_norm', 1.5, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_0', 1.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_1', 2.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_2', 3.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_3', 4.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_4', 5.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_5', 6.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_6', 7.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_7', 8.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_8', 9.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_9', 10.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_10', 11.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_11', 12.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_12', 13.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_13', 14.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_14', 15.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_15', 16.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_16', 17.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_17', 18.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_18', 19.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_19', 20.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_20', 21.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_21', 22.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_22', 23.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_23', 24.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_24', 25.0, 11000, 'eed8365764fb43bd9a8e95720053cb39', 1, 0);
INSERT INTO "metrics" VALUES ('loss', 1.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('val_loss', 1.1666666666666667, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('val_recall_at_100', 0.2, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('weight_norm', 42.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_weight_norm', 32.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_weights_mean', 0.002, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_weights_std', 0.1, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('candidate_grad_norm', 1.5, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_0', 2.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_1', 3.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_2', 4.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_3', 5.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_4', 6.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_5', 7.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_6', 8.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_8', 10.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_9', 11.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_10', 12.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_11', 13.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_12', 14.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_13', 15.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_14', 16.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_15', 17.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_16', 18.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_17', 19.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_18', 20.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_19', 21.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_20', 22.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_21', 23.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_22', 24.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_23', 25.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_24', 26.0, 12000, 'eed8365764fb43bd9a8e95720053cb39', 2, 0);
INSERT INTO "metrics" VALUES ('loss', 0.75, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('val_loss', 0.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 1);
INSERT INTO "metrics" VALUES ('val_recall_at_100', 0.30000000000000004, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('weight_norm', 43.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_weight_norm', 33.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_weights_mean', 0.003, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_weights_std', 0.1, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('candidate_grad_norm', 1.5, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_0', 3.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_1', 4.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_2', 5.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_3', 6.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_4', 7.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_5', 8.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_6', 9.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_7', 10.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_8', 11.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_9', 12.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_10', 13.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_11', 14.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_12', 15.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_13', 16.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_14', 17.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_15', 18.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_16', 19.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_17', 20.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_18', 21.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_19', 22.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_20', 23.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_21', 24.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_22', 25.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_23', 26.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_24', 27.0, 13000, 'eed8365764fb43bd9a8e95720053cb39', 3, 0);
INSERT INTO "metrics" VALUES ('loss', 0.6, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('val_loss', 0.7, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('val_recall_at_100', 0.4, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('weight_norm', 44.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_weight_norm', 34.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_weights_mean', 0.004, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_weights_std', 0.1, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('candidate_grad_norm', 1.7976931348623157e+308, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_0', 4.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_1', 5.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_2', 6.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_3', 7.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_4', 8.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_5', 9.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_6', 10.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_7', 11.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_8', 12.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_9', 13.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_10', 14.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_11', 15.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_12', 16.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_13', 17.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_14', 18.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_15', 19.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_16', 20.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_17', 21.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_18', 22.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_19', 23.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_20', 24.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_21', 25.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_22', 26.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_23', 27.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_24', 28.0, 14000, 'eed8365764fb43bd9a8e95720053cb39', 4, 0);
INSERT INTO "metrics" VALUES ('loss', 0.5, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('val_loss', 0.5833333333333334, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('val_recall_at_100', 0.5, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('weight_norm', 45.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_weight_norm', 35.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_weights_mean', 0.005, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_weights_std', 0.1, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('candidate_grad_norm', 1.5, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_0', 5.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_1', 6.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_2', 7.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_3', 8.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_4', 9.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_5', 10.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_6', 11.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_7', 12.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_8', 13.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_9', 14.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_10', 15.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_11', 16.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_12', 17.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_13', 18.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_14', 19.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_15', 20.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_16', 21.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_17', 22.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_18', 23.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_19', 24.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_20', 25.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_21', 26.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_22', 27.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_23', 28.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('query_hist_bin_24', 29.0, 15000, 'eed8365764fb43bd9a8e95720053cb39', 5, 0);
INSERT INTO "metrics" VALUES ('test_recall_at_5', 0.0386, 20000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('final_loss', 0.5, 20000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('gradient_collapse_epoch', 5.0, 20000, 'eed8365764fb43bd9a8e95720053cb39', 0, 0);
INSERT INTO "metrics" VALUES ('odd', 0.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 0, 0);
INSERT INTO "metrics" VALUES ('odd', 5e-324, 1, '59fd0986346d414e8baa52aca1ae2b84', 1, 0);
INSERT INTO "metrics" VALUES ('odd', -1.7976931348623157e+308, 1, '59fd0986346d414e8baa52aca1ae2b84', 2, 0);
INSERT INTO "metrics" VALUES ('odd', 0.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 3, 1);
INSERT INTO "metrics" VALUES ('odd', 0.30000000000000004, 1, '59fd0986346d414e8baa52aca1ae2b84', 4, 0);
INSERT INTO "metrics" VALUES ('steps', 1.0, 1, '59fd0986346d414e8baa52aca1ae2b84', -5, 0);
INSERT INTO "metrics" VALUES ('steps', 2.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 9007199254740993, 0);
INSERT INTO "metrics" VALUES ('steps', 2.5, 1, '59fd0986346d414e8baa52aca1ae2b84', 9223372036854775807, 0);
INSERT INTO "metrics" VALUES ('steps', 3.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 0, 0);
INSERT INTO "metrics" VALUES ('same', 1.0, 7, '59fd0986346d414e8baa52aca1ae2b84', 1, 0);
INSERT INTO "metrics" VALUES ('same', 2.0, 7, '59fd0986346d414e8baa52aca1ae2b84', 1, 0);
INSERT INTO "metrics" VALUES ('same', 1.0, 8, '59fd0986346d414e8baa52aca1ae2b84', 1, 0);
INSERT INTO "metrics" VALUES ('Loss', 1.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 0, 0);
INSERT INTO "metrics" VALUES ('loss', 2.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 0, 0);
INSERT INTO "metrics" VALUES ('dir/deep/loss', 2.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 0, 0);
INSERT INTO "metrics" VALUES ('größe der Ebene', 2.0, 1, '59fd0986346d414e8baa52aca1ae2b84', 0, 0);
INSERT INTO "metrics" VALUES ('loss', 2.5, 1000, '32081d8952b34506bc93773070c1bd89', 0, 0);
INSERT INTO "metrics" VALUES ('loss', 2.5, 1000, 'bda6b9fcfb194b82a9efa0e1371d5195', 0, 0);
INSERT INTO "metrics" VALUES ('loss', 1.0, 1000, 'dccf45e4507c4df1a1227e9242cb5955', 0, 0);
INSERT INTO "metrics" VALUES ('loss', 3.0, 1000, 'c332ea514b0246e39ba13cd343187c0a', 0, 0);
INSERT INTO "params" VALUES ('learning_rate', '0.1', 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "params" VALUES ('optimizer', 'adagrad', 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "params" VALUES ('query_hist_bin_edges', '-1.0,-0.92,-0.84,-0.76,-0.6799999999999999,-0.6,-0.52,-0.43999999999999995,-0.36,-0.28,-0.19999999999999996,-0.12,-0.040000000000000036,0.040000000000000036,0.1200000000000001,0.19999999999999996,0.28,0.3600000000000001,0.43999999999999995,0.52,0.6000000000000001,0.6799999999999999,0.76,0.8400000000000001,0.9199999999999999,1.0', 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "params" VALUES ('long', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "params" VALUES ('None', 'None', '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "params" VALUES ('empty', '', '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "runs" VALUES ('eed8365764fb43bd9a8e95720053cb39', 'platform', 'UNKNOWN', '', '', 'unknown', 'FINISHED', 500, 21000, '', 'active', '/artifacts/1/eed8365764fb43bd9a8e95720053cb39/artifacts', 1, NULL);
INSERT INTO "runs" VALUES ('59fd0986346d414e8baa52aca1ae2b84', 'nasty', 'UNKNOWN', '', '', 'unknown', 'FINISHED', 500, 5000, '', 'active', '/artifacts/1/59fd0986346d414e8baa52aca1ae2b84/artifacts', 1, NULL);
INSERT INTO "runs" VALUES ('32081d8952b34506bc93773070c1bd89', 'failed', 'UNKNOWN', '', '', 'unknown', 'FAILED', 500, 5000, '', 'active', '/artifacts/1/32081d8952b34506bc93773070c1bd89/artifacts', 1, NULL);
INSERT INTO "runs" VALUES ('bda6b9fcfb194b82a9efa0e1371d5195', 'killed', 'UNKNOWN', '', '', 'unknown', 'KILLED', 500, 5000, '', 'active', '/artifacts/1/bda6b9fcfb194b82a9efa0e1371d5195/artifacts', 1, NULL);
INSERT INTO "runs" VALUES ('dccf45e4507c4df1a1227e9242cb5955', 'running', 'UNKNOWN', '', '', 'unknown', 'RUNNING', 500, NULL, '', 'active', '/artifacts/1/dccf45e4507c4df1a1227e9242cb5955/artifacts', 1, NULL);
INSERT INTO "runs" VALUES ('f85cd1e752ad40499bdc77db9bdc6d46', 'nested', 'UNKNOWN', '', '', 'unknown', 'FINISHED', 500, 5000, '', 'active', '/artifacts/1/f85cd1e752ad40499bdc77db9bdc6d46/artifacts', 1, NULL);
INSERT INTO "runs" VALUES ('c332ea514b0246e39ba13cd343187c0a', 'deleted', 'UNKNOWN', '', '', 'unknown', 'FINISHED', 500, 5000, '', 'deleted', '/artifacts/1/c332ea514b0246e39ba13cd343187c0a/artifacts', 1, 1795571339275);
INSERT INTO "runs" VALUES ('bb865613f8d54c64be5f41ab34db6b2a', 'in a deleted experiment', 'UNKNOWN', '', '', 'unknown', 'FINISHED', 500, 5000, '', 'deleted', '/artifacts/2/bb865613f8d54c64be5f41ab34db6b2a/artifacts', 2, 1795571339361);
INSERT INTO "tags" VALUES ('mlflow.runName', 'platform', 'eed8365764fb43bd9a8e95720053cb39');
INSERT INTO "tags" VALUES ('mlflow.runName', 'nasty', '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "tags" VALUES ('note', 'control  and
newline', '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "tags" VALUES ('empty', '', '59fd0986346d414e8baa52aca1ae2b84');
INSERT INTO "tags" VALUES ('mlflow.runName', 'failed', '32081d8952b34506bc93773070c1bd89');
INSERT INTO "tags" VALUES ('mlflow.runName', 'killed', 'bda6b9fcfb194b82a9efa0e1371d5195');
INSERT INTO "tags" VALUES ('mlflow.runName', 'running', 'dccf45e4507c4df1a1227e9242cb5955');
INSERT INTO "tags" VALUES ('mlflow.parentRunId', 'dccf45e4507c4df1a1227e9242cb5955', 'f85cd1e752ad40499bdc77db9bdc6d46');
INSERT INTO "tags" VALUES ('mlflow.runName', 'nested', 'f85cd1e752ad40499bdc77db9bdc6d46');
INSERT INTO "tags" VALUES ('mlflow.runName', 'deleted', 'c332ea514b0246e39ba13cd343187c0a');
INSERT INTO "tags" VALUES ('mlflow.runName', 'in a deleted experiment', 'bb865613f8d54c64be5f41ab34db6b2a');
